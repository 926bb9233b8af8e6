import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { idempotencyToken } from './swap/swap-run';

const REGION = requireEnv('AWS_REGION');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');

/** The time of RestoreTableToPointInTime for a time of an input: ISO 8601, or `latest`. */
export function restoreTime(at: string): { UseLatestRestorableTime: true } | { RestoreDateTime: Date } {
  return at === 'latest' ? { UseLatestRestorableTime: true } : { RestoreDateTime: new Date(at) };
}

/**
 * Begins a restore by DynamoDB. Throws TransientServiceError while too many run at a time. Safe to repeat where the table's
 * name belongs to the run: a table that is there was begun by an earlier attempt whose answer was lost.
 */
export async function beginRestore(begin: () => Promise<unknown>): Promise<void> {
  try {
    await begin();
  } catch (error) {
    if (hasName(error, 'LimitExceededException')) throw new TransientServiceError((error as Error).message);
    if (!hasName(error, 'TableAlreadyExistsException', 'TableInUseException')) throw error;
  }
}

/** Starts AWS Backup's restore of a recovery point to a new table. Safe to repeat: `step` of the run gives the token. */
export async function startRestoreJob(
  { RecoveryPointArn, IamRoleArn = RESTORE_ROLE_ARN }: { RecoveryPointArn: string; IamRoleArn?: string },
  { runId, step, tableName, keyArn }: { runId: string; step: string; tableName: string; keyArn?: string },
): Promise<string> {
  const { RestoreJobId } = await backupIn(REGION).send(
    new StartRestoreJobCommand({
      RecoveryPointArn,
      IamRoleArn,
      ResourceType: 'DynamoDB',
      IdempotencyToken: idempotencyToken(runId, step),
      Metadata: {
        targetTableName: tableName,
        ...(keyArn && { encryptionType: 'KMS', kmsMasterKeyArn: keyArn }),
      },
    }),
  );
  if (!RestoreJobId) throw new Error('AWS Backup accepted the restore job but named no job id.');
  return RestoreJobId;
}
