import type { RestoreTableFromBackupInput, RestoreTableFromBackupOutput } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../errors';
import { restoreAccess } from '../access';
import { keyOf } from '../encryption';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html */
export function RestoreTableFromBackup(
  this: DynamoDbState,
  input: RestoreTableFromBackupInput,
): RestoreTableFromBackupOutput {
  checkSupported(input);
  const backup = this.backups.find(required(input, 'BackupArn'));
  if (backup.status === 'CREATING') {
    throw new AwsError('BackupInUseException', `Backup is being created: ${backup.arn}`);
  }
  const { image } = backup;
  const summary = {
    SourceBackupArn: backup.arn,
    SourceTableArn: image.source.TableArn,
    RestoreDateTime: backup.createdAt,
  };
  const table = this.restore(required(input, 'TargetTableName'), image, input, summary, () => {
    backup.restores -= 1;
  });
  backup.restores += 1;
  return { TableDescription: table.describe() };
}

RestoreTableFromBackup.access = ({ backups, region }: DynamoDbState, input: RestoreTableFromBackupInput) => {
  const image = backups.present().find(({ arn }) => arn === input.BackupArn)?.image;
  return restoreAccess(
    region,
    'RestoreTableFromBackup',
    input,
    input.BackupArn,
    keyOf(image?.settings.SSESpecification),
  );
};
