import { answerOf } from '../../functions/shared/answer';
import { localAndUtc } from '../dates';
import { chooseBackup, chooseRecoveryPoint, chooseTable, typeMissingTable } from './choices';
import { type Desk, startAndWatch } from './desk';
import { roleArnOf } from './role';

const WORKFLOW = 'dynamodb-table-operation';

/** Option 3. */
export async function createBackup(desk: Desk): Promise<void> {
  const TableName = await chooseTable(desk);
  await whenConfirmed(desk, `Back up ${TableName} in DynamoDB?`, { Operation: 'CreateBackup', TableName });
}

/** Option 4: a table that does not exist, from a backup of DynamoDB. */
export async function restoreFromBackup(desk: Desk): Promise<void> {
  const TableName = await typeMissingTable(desk);
  const backup = await chooseBackup(desk, TableName);
  await whenConfirmed(desk, `Restore ${TableName} from ${backup.name}, made ${localAndUtc(backup.createdAt)}?`, {
    Operation: 'RestoreFromBackup',
    TableName,
    BackupArn: backup.id,
  });
}

/** Option 5: a table that does not exist, from a recovery point of AWS Backup. */
export async function restoreFromRecoveryPoint(desk: Desk): Promise<void> {
  const TableName = await typeMissingTable(desk);
  const point = await chooseRecoveryPoint(desk, TableName);
  const IamRoleArn = await roleArnOf(desk);
  await whenConfirmed(desk, `Restore ${TableName} as it was backed up at ${localAndUtc(point.createdAt)}?`, {
    Operation: 'RestoreFromRecoveryPoint',
    TableName,
    RecoveryPointArn: point.id,
    BackupVaultName: point.vault,
    ...(IamRoleArn && { IamRoleArn }),
  });
}

/** Option 6. */
export async function deleteTable(desk: Desk): Promise<void> {
  const { session, prompts } = desk;
  const TableName = await chooseTable(desk);
  const { Table } = await (await session.aws.client('dynamodb')).describeTable({ TableName });
  const isProtected = answerOf(Table?.DeletionProtectionEnabled) === 'yes';
  prompts.say(`${TableName} has about ${Table?.ItemCount ?? '(not known)'} items.`, 'info');
  if (isProtected && !(await prompts.confirm(`${TableName} has deletion protection. Take it off and continue?`)))
    return prompts.say('Nothing was done.', 'info');
  const isBackedUp = await prompts.confirm('Back it up in DynamoDB first?');
  if (!(await prompts.confirmByName(`DELETE ${TableName}${isBackedUp ? '' : ' WITHOUT A BACKUP'}?`, TableName)))
    return prompts.say('Nothing was done.', 'info');
  await startAndWatch(desk, WORKFLOW, {
    Operation: 'DeleteTable',
    TableName,
    ConfirmTableName: TableName,
    RemoveDeletionProtection: isProtected,
    SkipBackup: !isBackedUp,
  });
}

/** Option 7. */
export async function enablePointInTimeRecovery(desk: Desk): Promise<void> {
  const TableName = await chooseTable(desk);
  const dynamodb = await desk.session.aws.client('dynamodb');
  const { ContinuousBackupsDescription: backups } = await dynamodb.describeContinuousBackups({ TableName });
  const recovery = backups?.PointInTimeRecoveryDescription;
  if (recovery?.PointInTimeRecoveryStatus === 'ENABLED')
    return desk.prompts.say(
      `Point-in-time recovery of ${TableName} is on already, ${recovery.RecoveryPeriodInDays ?? 35} days back. Nothing was done.`,
      'info',
    );
  await whenConfirmed(desk, `Turn on point-in-time recovery of ${TableName}, 35 days back?`, {
    Operation: 'EnablePointInTimeRecovery',
    TableName,
  });
}

/** Option 8. */
export async function enableDeletionProtection(desk: Desk): Promise<void> {
  const TableName = await chooseTable(desk);
  await whenConfirmed(desk, `Protect ${TableName} from deletion?`, {
    Operation: 'EnableDeletionProtection',
    TableName,
  });
}

async function whenConfirmed(desk: Desk, question: string, input: object): Promise<void> {
  if (await desk.prompts.confirm(question)) await startAndWatch(desk, WORKFLOW, input);
  else desk.prompts.say('Nothing was done.', 'info');
}
