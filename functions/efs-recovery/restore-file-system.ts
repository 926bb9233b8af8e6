import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { restoreJob } from '../shared/wait-kinds/restore-job';
import { getWait, startWait } from '../shared/waits';
import { CopyJobFailedError } from './errors';
import { creationToken, getRecoveryRun, idempotencyToken, type RecoveryRun, waitId } from './recovery-run';

const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * Restores the recovery point to a new file system in the destination region, with the source's encryption and
 * performance mode, and waits for the restore job's end. A key of another region is never passed on.
 * Safe to repeat: idempotency token and creation token follow from the run.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const { settings } = run;
  const recoveryPointArn = await recoveryPointToRestore(run);
  if (!run.restoreIntendedAt)
    await updateRun(runId, { restoreIntendedAt: nowSeconds(), restoredFrom: recoveryPointArn });
  const { RestoreJobId } = await backupIn(settings.DestinationRegionName, settings.AutomationAssumeRole).send(
    new StartRestoreJobCommand({
      RecoveryPointArn: recoveryPointArn,
      IamRoleArn: settings.RestoreJobIamRoleArn,
      ResourceType: 'EFS',
      IdempotencyToken: idempotencyToken(runId, 'restore'),
      Metadata: restoreMetadata(run),
    }),
  );
  if (!RestoreJobId) throw new Error('AWS Backup accepted the restore job but named no job id.');
  await updateRun(runId, { restoreJobId: RestoreJobId });
  await startWait(restoreJob, {
    id: waitId(runId, 'restore'),
    region: settings.DestinationRegionName,
    resources: [RestoreJobId],
    context: { assumeRoleArn: settings.AutomationAssumeRole },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

async function recoveryPointToRestore(run: RecoveryRun): Promise<string> {
  if (run.plan.restoreFrom) return run.plan.restoreFrom;
  const end = (await getWait(waitId(run.runId, 'copy')))?.settled[run.copyJobId ?? ''];
  if (end?.state === 'COMPLETED' && typeof end.recoveryPointArn === 'string') return end.recoveryPointArn;
  throw new CopyJobFailedError(
    `The copy job ${run.copyJobId} is ${end?.state ?? 'unknown'}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
  );
}

/** The keys that AWS Backup wants for EFS (API_StartRestoreJob, "Metadata"); without a key it takes the region's default. */
function restoreMetadata({ runId, settings, fileSystem }: RecoveryRun): Record<string, string> {
  const isEncrypted = fileSystem.isEncrypted || settings.DestinationKmsKeyId !== undefined;
  return {
    'file-system-id': settings.FileSystemID,
    Encrypted: String(isEncrypted),
    ...(settings.DestinationKmsKeyId && { KmsKeyId: settings.DestinationKmsKeyId }),
    PerformanceMode: fileSystem.performanceMode,
    CreationToken: creationToken(runId),
    newFileSystem: 'true',
  };
}
