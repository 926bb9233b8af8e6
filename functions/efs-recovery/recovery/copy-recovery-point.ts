import { StartCopyJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { copyJob } from '../../shared/waits/kinds/copy-job';
import { startWait } from '../../shared/waits/waits';
import { getRecoveryRun, idempotencyToken, type RecoveryRun, waitId } from '../recovery-run';

const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * Copies the recovery point into the destination vault and waits for the copy job's end. The job runs in the source
 * region, whose events do not reach this one; the reconciler sees its end. Safe to repeat: a known job is taken over.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const jobId = run.copyJobId ?? run.plan.runningCopyJobId ?? (await startJob(run));
  if (!run.copyJobId) await updateRun(runId, { copyJobId: jobId });
  await startWait(copyJob, {
    id: waitId(runId, 'copy'),
    region: run.plan.sourceRegion,
    resources: [jobId],
    context: { assumeRoleArn: run.settings.AutomationAssumeRole },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** The idempotency token derives from the run: a repeated call finds the same job, even if its id was never recorded. */
async function startJob({ runId, settings, plan }: RecoveryRun): Promise<string> {
  const { CopyJobId } = await backupIn(plan.sourceRegion, settings.AutomationAssumeRole).send(
    new StartCopyJobCommand({
      RecoveryPointArn: plan.copyFrom,
      SourceBackupVaultName: settings.BackupVaultSourceName,
      DestinationBackupVaultArn: settings.BackupVaultDestinationArn,
      IamRoleArn: settings.CopyJobIAMRoleArn,
      IdempotencyToken: idempotencyToken(runId, 'copy'),
      Lifecycle: settings.Lifecycle,
    }),
  );
  if (!CopyJobId) throw new Error('AWS Backup accepted the copy job but named no job id.');
  return CopyJobId;
}
