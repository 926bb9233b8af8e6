import { nowSeconds } from '../../shared/clock';
import { finishRun, type RunEnd } from '../../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { expectWork } from '../expected';
import { describeLeftOn } from '../last-minute';
import { lockOf } from '../swap/swap-run';
import { describeLastMinute } from '../system-backup';
import { describeOperationPlan, workOf } from './operation-plan';
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
  const isDryRun = Boolean(run.settings?.DryRun);
  const isDone = (isDryRun || run.verified !== undefined) && !failure;
  const problem = isDone
    ? undefined
    : { error: failure?.error ?? 'TableVerificationError', cause: describeCause(failure?.cause) };
  const target = run.settings && targetOf(run.settings);
  const deletion: { LastMinute?: string; Warning?: string } = isDryRun ? {} : await deletionOf(run, isDone);
  const warnings = [
    ...(run.warnings ?? []),
    ...(run.restoredWith ? [`restored with issues: ${run.restoredWith}`] : []),
    ...(run.restoreIntendedAt && run.verified && !run.settingsVerified
      ? [`The table ${target} was restored; its settings could not be looked at.`]
      : []),
    ...(run.restoreIntendedAt && !run.verified
      ? [
          `A restore cannot be stopped: the table ${target} may be there or still come, with a part of its items if the restore fails.`,
        ]
      : []),
    ...(deletion.Warning ? [deletion.Warning] : []),
  ];
  const report = {
    Operation: run.settings?.Operation,
    TableName: run.settings?.TableName,
    ...(target !== run.settings?.TableName && { TargetTableName: target }),
    ...(isDryRun && {
      DryRun: describeOperationPlan(run as OperationRun),
      ...(await expectWork(String(run.settings?.TableName), workOf(run as OperationRun))),
    }),
    Result: run.verified,
    BackupArn: run.fallbackBackupArn,
    SystemBackupArn: run.systemBackupArn,
    RestoreJobId: run.restoreJobId,
    ...(run.gaps?.length && { SettingsNotRestored: run.gaps.map(({ text }) => text) }),
    ...deletion,
    ...(warnings.length > 0 && { Warning: warnings.join('; ') }),
    ElapsedSeconds: finishedAt - run.startedAt,
  };
  return finishRun(
    { ...run, finishedAt },
    { outcome: isDone ? 'SUCCEEDED' : 'FAILED', report, ...problem },
    {
      hasWarnings: isDone && (warnings.length > 0 || (run.gaps?.length ?? 0) > 0),
      locks: run.settings && !isDryRun ? [lockOf(targetOf(run.settings))] : [],
    },
  );
});

/** What the report says about a deletion: what holds the last writes, and what was not put back. */
async function deletionOf(
  run: Partial<OperationRun>,
  isDone: boolean,
): Promise<{ LastMinute?: string; Warning?: string }> {
  const { settings } = run;
  if (settings?.Operation !== 'DeleteTable') return {};
  if (!isDone) {
    const warnings = [
      ...(run.deletionRequestedAt ? [await describeRequestedDeletion(run as OperationRun)] : []),
      ...(run.deletionRequestedAt && !run.recoveryLeftOn ? [] : describeLeftOn(run)),
    ];
    return warnings.length > 0 ? { Warning: warnings.join(' ') } : {};
  }
  // The input declined a backup: its key says what that means.
  if (settings.SkipBackup) return {};
  const { isSafe, text } = describeLastMinute({ ...run, settings });
  return isSafe ? { LastMinute: text } : { LastMinute: text, Warning: text };
}
