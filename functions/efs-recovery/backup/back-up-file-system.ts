import { StartBackupJobCommand } from '@aws-sdk/client-backup';
import { DEFAULT_START_WINDOW_MINUTES } from '../../shared/backup-window';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { backupJob } from '../../shared/waits/kinds/backup-job';
import { startWait } from '../../shared/waits/waits';
import { type BackupRun, getBackupRun, idempotencyToken, waitId } from '../recovery-run';

const REGION = requireEnv('AWS_REGION');
/** EFS jobs may run for 30 days (AWS Backup, "Amazon EFS"). */
const LONGEST_JOB_MINUTES = 30 * 24 * 60;

/** Starts the backup job and waits for its end. Safe to repeat: a known job is taken over. */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getBackupRun(runId);
  const { settings } = run;
  const jobId = run.backupJobId ?? (await startJob(run));
  const windowMinutes =
    settings.CompleteWindowMinutes ??
    (settings.StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES) + LONGEST_JOB_MINUTES;
  await startWait(backupJob, {
    id: waitId(runId, 'backup'),
    region: REGION,
    resources: [jobId],
    context: { assumeRoleArn: settings.AutomationAssumeRole },
    // An hour more, for AWS Backup to report the end.
    deadlineSeconds: (windowMinutes + 60) * 60,
    taskToken,
  });
});

/** The idempotency token derives from the run: a repeated call finds the same job, even if its id was never recorded. */
async function startJob({ runId, settings, fileSystemArn }: BackupRun): Promise<string> {
  const { BackupJobId } = await backupIn(REGION, settings.AutomationAssumeRole).send(
    new StartBackupJobCommand({
      BackupVaultName: settings.BackupVaultName,
      ResourceArn: fileSystemArn,
      IamRoleArn: settings.BackupJobIamRoleArn,
      IdempotencyToken: idempotencyToken(runId, 'backup'),
      Lifecycle: settings.Lifecycle,
      RecoveryPointTags: settings.RecoveryPointTags,
      StartWindowMinutes: settings.StartWindowMinutes,
      CompleteWindowMinutes: settings.CompleteWindowMinutes,
    }),
  );
  if (!BackupJobId) throw new Error('AWS Backup accepted the job but named no job id.');
  await updateRun(runId, { backupJobId: BackupJobId });
  return BackupJobId;
}
