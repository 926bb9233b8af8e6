import { StartBackupJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { backupJob } from '../shared/wait-kinds/backup-job';
import { startWait } from '../shared/waits';
import { getBackupRun, idempotencyToken, waitId } from './recovery-run';

const REGION = requireEnv('AWS_REGION');
/** AWS Backup's own default: a job starts within 8 hours; EFS jobs may run for 30 days (AWS Backup, "Amazon EFS"). */
const DEFAULT_START_WINDOW_MINUTES = 480;
const LONGEST_JOB_MINUTES = 30 * 24 * 60;

/** Starts the backup job and waits for its end. Safe to repeat: the idempotency token follows from the run. */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getBackupRun(runId);
  const { settings } = run;
  const { BackupJobId } = await backupIn(REGION, settings.AutomationAssumeRole).send(
    new StartBackupJobCommand({
      BackupVaultName: settings.BackupVaultName,
      ResourceArn: run.fileSystemArn,
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
  const windowMinutes =
    settings.CompleteWindowMinutes ??
    (settings.StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES) + LONGEST_JOB_MINUTES;
  await startWait(backupJob, {
    id: waitId(runId, 'backup'),
    region: REGION,
    resources: [BackupJobId],
    context: { assumeRoleArn: settings.AutomationAssumeRole },
    // An hour on top, for AWS Backup to say so.
    deadlineSeconds: (windowMinutes + 60) * 60,
    taskToken,
  });
});
