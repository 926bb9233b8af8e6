import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { nowSeconds } from '../../shared/clock';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { getWait, startWait } from '../../shared/waits/waits';
import { destinationOf } from '../destination';
import { CopyJobFailedError } from '../errors';
import { mustBeEncrypted } from '../file-system';
import { creationToken, getRecoveryRun, idempotencyToken, type RecoveryRun, waitId } from '../recovery-run';

const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * Restores the recovery point to a new file system in the destination region, with the source's encryption and
 * performance mode, and waits for the restore job's end. The source's key is never used: it belongs to another region.
 * Safe to repeat: a known job is taken over.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const destination = destinationOf(run.settings);
  const jobId = run.restoreJobId ?? (await startJob(run));
  await startWait(restoreJob, {
    id: waitId(runId, 'restore'),
    region: destination.region,
    resources: [jobId],
    context: { assumeRoleArn: destination.assumeRoleArn },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** Both tokens derive from the run: a repeated call finds the same job, even if its id was never recorded. */
async function startJob(run: RecoveryRun): Promise<string> {
  const { runId, settings } = run;
  const destination = destinationOf(settings);
  const recoveryPointArn = await recoveryPointToRestore(run);
  await updateRun(runId, {
    restoreIntendedAt: run.restoreIntendedAt ?? nowSeconds(),
    restoredFrom: recoveryPointArn,
  });
  const { RestoreJobId } = await backupIn(destination.region, destination.assumeRoleArn).send(
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
  return RestoreJobId;
}

async function recoveryPointToRestore(run: RecoveryRun): Promise<string> {
  if (run.plan.restoreFrom) return run.plan.restoreFrom;
  const end = (await getWait(waitId(run.runId, 'copy')))?.settled[run.copyJobId ?? ''];
  if (end?.state === 'COMPLETED' && typeof end.recoveryPointArn === 'string') return end.recoveryPointArn;
  const older = run.plan.newestInDestination;
  const wayOut = older
    ? ` The destination has an older copy, of ${older.createdAt}: to restore that, start again with RecoveryPointArn ${older.arn}.`
    : '';
  throw new CopyJobFailedError(
    `The copy job ${run.copyJobId} is ${end?.state ?? 'unknown'}${end?.statusMessage ? `: ${end.statusMessage}` : ''}.${wayOut}`,
  );
}

/** The keys that AWS Backup requires for EFS (API_StartRestoreJob, "Metadata"; restoring-efs for One Zone); without KmsKeyId it uses the region's default. */
function restoreMetadata({ runId, settings, fileSystem }: RecoveryRun): Record<string, string> {
  const { DestinationKmsKeyId: key, AvailabilityZoneName: zone } = settings;
  return {
    'file-system-id': settings.FileSystemID,
    Encrypted: String(mustBeEncrypted(fileSystem, key)),
    ...(key && { KmsKeyId: key }),
    PerformanceMode: fileSystem.performanceMode ?? 'generalPurpose',
    ...(zone && { singleAzFilesystem: 'true', availabilityZoneName: zone }),
    CreationToken: creationToken(runId),
    newFileSystem: 'true',
  };
}
