import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { restoreJob } from '../shared/waits/kinds/restore-job';
import { startWait } from '../shared/waits/waits';
import { ISOLATED, PROFILE_NAME } from './isolated-network';
import { nameOf } from './proof';
import { idempotencyToken, type RestoreTestRun, testName, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
const BACKUP_ROLE_ARN = requireEnv('BACKUP_ROLE_ARN');

/**
 * Of a test on demand: restores the recovery point under this test's own name, and waits for the job's end. Safe to
 * repeat: the token derives from the run, so a repeated call finds the same job.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const jobId = run.restoreJobId ?? (await startJob(run));
  await startWait(restoreJob, {
    id: waitId(runId, 'restore'),
    region: REGION,
    resources: [jobId],
    deadlineSeconds: (run.plan.maxTestHours ?? 0) * 3600,
    taskToken,
  });
});

async function startJob(run: RestoreTestRun): Promise<string> {
  const { runId, plan } = run;
  const restoreIntendedAt = run.restoreIntendedAt ?? nowSeconds();
  await updateRun(runId, { restoreIntendedAt });
  const { RestoreJobId } = await backupIn(REGION).send(
    new StartRestoreJobCommand({
      RecoveryPointArn: plan.recoveryPointArn,
      IamRoleArn: BACKUP_ROLE_ARN,
      ResourceType: plan.resourceType,
      IdempotencyToken: idempotencyToken(runId),
      // Tags of the source would select it for backups.
      CopySourceTagsToRestoredResource: false,
      Metadata: metadataOf(run),
    }),
  );
  if (!RestoreJobId) throw new Error('AWS Backup accepted the restore job but named no job id.');
  await updateRun(runId, { restoreJobId: RestoreJobId, restoreStartedAt: restoreIntendedAt });
  return RestoreJobId;
}

/** As restore testing infers it. https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html */
function metadataOf({ runId, plan }: RestoreTestRun): Record<string, string> {
  if (plan.resourceType === 'DynamoDB')
    return { targetTableName: testName(runId), encryptionType: 'Default', deletionProtection: 'false' };
  if (plan.resourceType === 'EC2')
    return {
      subnetId: ISOLATED.subnetId,
      securityGroupIds: JSON.stringify([ISOLATED.groupId]),
      iamInstanceProfileName: PROFILE_NAME,
      requireImdsV2: 'true',
      disableApiTermination: 'false',
    };
  return {
    'file-system-id': nameOf(plan.sourceArn),
    Encrypted: 'true',
    PerformanceMode: 'generalPurpose',
    newFileSystem: 'true',
    CreationToken: testName(runId),
  };
}
