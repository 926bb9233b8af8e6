import { DeleteTableCommand, RestoreTableFromBackupCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';
import { TransientServiceError } from '../shared/errors';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { tableActive } from '../shared/wait-kinds/table-active';
import { startWait } from '../shared/waits';
import { FallbackMissingError, TableReplacedError } from './errors';
import { findTable } from './find-table';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

interface Input {
  runId: string;
  /** Which copy: what was to be restored, or the table as it was. */
  from: 'duplicate' | 'fallback';
  /** 1, 2, …: a new attempt waits anew. */
  attempt: number;
  taskToken: string;
}

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 7 * 24 * 3600;

/**
 * Restores a copy under the original's name and waits for it. Safe to repeat: a restore from the same backup that is
 * under way is adopted. A table that an earlier attempt restored, and that was found wrong, gives way; nothing else does:
 * the original, if it is still there after all, stays, and a stranger's table stops the run.
 */
export const handler = task(async ({ runId, from, attempt, taskToken }: Input): Promise<void> => {
  const run = await getSwapRun(runId);
  const { TableName } = run.settings;
  const backupArn = from === 'duplicate' ? run.duplicateBackupArn : run.fallbackBackupArn;
  const existing = await findTable(TableName);
  const isOriginal =
    existing !== undefined && existing.TableId === run.table?.tableId && existing.TableStatus !== 'DELETING';
  if (!isOriginal) {
    if (!backupArn) throw new FallbackMissingError(`There is no backup of the ${from} to restore from.`);
    await updateRun(runId, { restoringFrom: from });
    await makeRoom(run, existing, backupArn);
    if (!isFrom(existing, backupArn) || isWrong(run, existing)) await restore(run, backupArn);
  }
  await startWait(tableActive, {
    id: waitId(runId, 'original', attempt),
    region: REGION,
    resources: [TableName],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** Leaves when the name is free or holds the restore that is wanted; comes back otherwise, or stops for a stranger. */
async function makeRoom(run: SwapRun, existing: TableDescription | undefined, backupArn: string): Promise<void> {
  const { TableName } = run.settings;
  if (!existing || (isFrom(existing, backupArn) && !isWrong(run, existing) && existing.TableStatus !== 'DELETING'))
    return;
  const isOurs =
    [run.duplicateBackupArn, run.fallbackBackupArn].some((arn) => isFrom(existing, arn)) ||
    existing.TableId === run.table?.tableId;
  if (!isOurs)
    throw new TableReplacedError(
      `Somebody else made a table ${TableName}; it was not touched. The copies are ${run.duplicateBackupArn} and ${run.fallbackBackupArn}.`,
    );
  // Only what this run restored itself is removed here, and both backups are still there.
  if (existing.TableStatus === 'ACTIVE') await dynamodb.send(new DeleteTableCommand({ TableName }));
  throw new TransientServiceError(`The name ${TableName} is not free yet.`);
}

function isFrom(table: TableDescription | undefined, backupArn: string | undefined): boolean {
  return backupArn !== undefined && table?.RestoreSummary?.SourceBackupArn === backupArn;
}

function isWrong(run: SwapRun, table: TableDescription | undefined): boolean {
  return ((run.wrongTableIds as string[] | undefined) ?? []).includes(table?.TableId ?? '');
}

async function restore({ settings, table }: SwapRun, BackupArn: string): Promise<void> {
  try {
    await dynamodb.send(
      new RestoreTableFromBackupCommand({
        BackupArn,
        TargetTableName: settings.TableName,
        ...(table && { BillingModeOverride: table.billingMode }),
        ...(table?.billingMode === 'PROVISIONED' && { ProvisionedThroughputOverride: table.throughput }),
        ...(table?.kmsKeyArn && {
          SSESpecificationOverride: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: table.kmsKeyArn },
        }),
      }),
    );
  } catch (error) {
    const { name, message } = error as Error;
    // Begun by an attempt whose answer was lost, or the old table is not quite gone: the next look tells.
    if (name === 'TableAlreadyExistsException' || name === 'TableInUseException')
      throw new TransientServiceError(message);
    throw error;
  }
}
