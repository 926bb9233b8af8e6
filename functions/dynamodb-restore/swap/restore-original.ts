import {
  RestoreTableFromBackupCommand,
  type RestoreTableFromBackupCommandInput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { tableBack } from '../../shared/waits/kinds/table-back';
import { startWait } from '../../shared/waits/waits';
import { FallbackMissingError, RestoredNotVerifiedError, RestoreRefusedError, TableReplacedError } from '../errors';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import type { TableSettings } from '../settings/table-settings';
import { chosenKeyOverride } from './chosen-key';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

interface Input extends StepInput {
  /** Which copy: what was to be restored, or the table as it was. */
  from: 'duplicate' | 'fallback';
  /** A new attempt waits anew. */
  attempt: string;
  /** Restore without the original's settings, which may be why the first attempt failed. They are put back later. */
  isPlain?: boolean;
  /** Only ask DynamoDB whether it would restore, while the original still has the name. */
  isRehearsal?: boolean;
  taskToken: string;
}

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 7 * 24 * 3600;
/** For so long after a deletion was asked for, DescribeTable may still show the table as it was before. */
const SETTLES_WITHIN_SECONDS = 60;

/**
 * Restores a copy under the original's name and waits for it. Safe to repeat: a restore from the same backup that is
 * under way is adopted. A table that an earlier attempt restored, and that was found wrong, gives way; nothing else does:
 * the original stays if it is still there, so does what came from the fallback, which applications may have written to
 * since, and a table that this run did not make stops the run.
 */
export const handler = task(async (input: Input): Promise<void> => {
  const { runId, isUndo, from, attempt, isPlain, taskToken } = input;
  const run = await getSwapRun({ runId, isUndo });
  if (input.isRehearsal) return rehearse(run);
  const { TableName } = run.settings;
  const backupArn = from === 'duplicate' ? run.duplicateBackupArn : run.fallbackBackupArn;
  const existing = await findTable(TableName);
  const isOriginal =
    existing !== undefined && existing.TableId === run.table?.tableId && existing.TableStatus !== 'DELETING';
  if (isOriginal && nowSeconds() - (run.deletedAt ?? 0) < SETTLES_WITHIN_SECONDS)
    throw new TransientServiceError(`It is too early to tell whether ${TableName} is being deleted.`);
  if (!isOriginal && !isFallbackKept(run, existing)) {
    if (!backupArn) throw new FallbackMissingError(`There is no backup of the ${from} to restore from.`);
    assertNotDiscarded(run, existing, from);
    await updateRun(runId, { restoringFrom: from });
    await makeRoom(run, existing, backupArn);
    if (!isFrom(existing, backupArn) || isWrong(run, existing))
      await restore(run, backupArn, from === 'duplicate' && !isPlain);
  }
  await startWait(tableBack, {
    id: waitId(runId, 'original', attempt),
    region: REGION,
    resources: [TableName],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/**
 * Returns when the name is free or holds the wanted restore. Throws TransientServiceError while the name is not free yet,
 * and TableReplacedError when the table there was made by something else than this run.
 */
async function makeRoom(run: SwapRun, existing: TableDescription | undefined, backupArn: string): Promise<void> {
  const { TableName } = run.settings;
  if (!existing || (isFrom(existing, backupArn) && !isWrong(run, existing) && existing.TableStatus !== 'DELETING'))
    return;
  const isOurs =
    [run.duplicateBackupArn, run.fallbackBackupArn].some((arn) => isFrom(existing, arn)) ||
    existing.TableId === run.table?.tableId;
  if (!isOurs)
    throw new TableReplacedError(
      `The table ${TableName} was made by something else than this run; it was not touched. The copies are ${run.duplicateBackupArn} and ${run.fallbackBackupArn}.`,
    );
  // Only what this run restored itself is removed here, and both backups are still there.
  if (existing.TableStatus === 'ACTIVE') await deleteTable(TableName);
  throw new TransientServiceError(`The name ${TableName} is not free yet.`);
}

/** Only a verdict discards a restore: the fallback never replaces restored data that was not found wrong. */
function assertNotDiscarded(run: SwapRun, existing: TableDescription | undefined, from: Input['from']): void {
  if (from !== 'fallback' || !isFrom(existing, run.duplicateBackupArn) || isWrong(run, existing)) return;
  if (existing?.TableStatus === 'DELETING') return;
  throw new RestoredNotVerifiedError(
    `The restored data is under the name ${run.settings.TableName}, but it could not be verified.`,
  );
}

/** True for a table from the fallback that is there, or on its way: only a verdict makes it give way to the wanted data. */
function isFallbackKept(run: SwapRun, existing: TableDescription | undefined): boolean {
  return isFrom(existing, run.fallbackBackupArn) && !isWrong(run, existing) && existing?.TableStatus !== 'DELETING';
}

function isFrom(table: TableDescription | undefined, backupArn: string | undefined): boolean {
  return backupArn !== undefined && table?.RestoreSummary?.SourceBackupArn === backupArn;
}

function isWrong(run: SwapRun, table: TableDescription | undefined): boolean {
  return (run.wrongTableIds ?? []).includes(table?.TableId ?? '');
}

/**
 * Asks DynamoDB for the restore while the table still has the name. `TableAlreadyExistsException` says that everything else
 * about the request is right, if AWS looks at rights before names, which no page says of DynamoDB: it restores nothing. Any
 * other refusal would have come after the deletion.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html
 */
async function rehearse(run: SwapRun): Promise<void> {
  const { TableName } = run.settings;
  const table = await findTable(TableName);
  if (!table || table.TableId !== run.table?.tableId || table.TableStatus === 'DELETING') return;
  if (table.TableStatus !== 'ACTIVE') throw new TransientServiceError(`${TableName} is ${table.TableStatus}.`);
  const refusal = (await refusalOf(run, true)) && (await refusalOf(run, false));
  if (refusal)
    throw new RestoreRefusedError(
      `DynamoDB refuses to restore ${run.duplicateBackupArn} as ${TableName}, so nothing was deleted: ${refusal}`,
    );
}

async function refusalOf(run: SwapRun, asOriginal: boolean): Promise<string | undefined> {
  try {
    await request(run, String(run.duplicateBackupArn), asOriginal);
    return undefined;
  } catch (error) {
    if (hasName(error, 'TableAlreadyExistsException')) return undefined;
    if (isTransient(error) || hasName(error, 'TableInUseException', 'LimitExceededException'))
      throw new TransientServiceError(describeError(error));
    return describeError(error);
  }
}

function request(run: SwapRun, BackupArn: string, asOriginal: boolean): Promise<unknown> {
  const { settings, table } = run;
  return dynamodb.send(
    new RestoreTableFromBackupCommand({
      BackupArn,
      TargetTableName: settings.TableName,
      ...(asOriginal && (table ? overrides(table) : chosenKeyOverride(run))),
    }),
  );
}

async function restore(run: SwapRun, BackupArn: string, asOriginal: boolean): Promise<void> {
  try {
    await request(run, BackupArn, asOriginal);
  } catch (error) {
    const { message } = error as Error;
    // An earlier attempt began it and its answer was lost, the old table is still being deleted, or too many restores run.
    if (hasName(error, 'TableAlreadyExistsException', 'TableInUseException', 'LimitExceededException'))
      throw new TransientServiceError(message);
    throw error;
  }
}

/** Settings that a restore otherwise takes from the restored data. Changing them later would make the table wait. */
function overrides({ billingMode, throughput, kmsKeyArn }: TableSettings): Partial<RestoreTableFromBackupCommandInput> {
  return {
    BillingModeOverride: billingMode,
    ...(billingMode === 'PROVISIONED' && { ProvisionedThroughputOverride: throughput }),
    SSESpecificationOverride: kmsKeyArn
      ? { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKeyArn }
      : { Enabled: false },
  };
}
