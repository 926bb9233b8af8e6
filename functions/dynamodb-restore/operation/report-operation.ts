import { nowSeconds } from '../../shared/clock';
import { finishRun, type RunEnd } from '../../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { lockOf } from '../swap/swap-run';
import { type OperationRun, targetOf } from './operation-run';
import { describeRequestedDeletion } from './requested-deletion';

interface Input extends StepInput {
  input: unknown;
  failure?: { error: string; cause?: string };
}

/** Ends a table operation: the result with its elapsed time, the record closed, the lock given back, the operator told. */
export const handler = task(async ({ runId, isUndo, input, failure }: Input): Promise<RunEnd<object>> => {
  const opened = await getRunToReport({ runId, isUndo }, 'dynamodb-table-operation', input);
  const run = opened as Partial<OperationRun> & typeof opened;
  const finishedAt = run.finishedAt ?? nowSeconds();
  const isDone = run.verified !== undefined && !failure;
  const problem = isDone
    ? undefined
    : { error: failure?.error ?? 'TableVerificationError', cause: describeCause(failure?.cause) };
  const target = run.settings && targetOf(run.settings);
  const report = {
    Operation: run.settings?.Operation,
    TableName: run.settings?.TableName,
    ...(target !== run.settings?.TableName && { TargetTableName: target }),
    Result: run.verified,
    BackupArn: run.fallbackBackupArn,
    RestoreJobId: run.restoreJobId,
    ...(run.restoreIntendedAt &&
      !isDone && {
        Warning: `A restore cannot be stopped: the table ${run.settings && targetOf(run.settings)} may be there or still come, with a part of its items if the restore fails.`,
      }),
    ...(run.deletionRequestedAt && !isDone && { Warning: await describeRequestedDeletion(run as OperationRun) }),
    ElapsedSeconds: finishedAt - run.startedAt,
  };
  return finishRun(
    { ...run, finishedAt },
    { outcome: isDone ? 'SUCCEEDED' : 'FAILED', report, ...problem },
    { locks: run.settings ? [lockOf(targetOf(run.settings))] : [] },
  );
});
