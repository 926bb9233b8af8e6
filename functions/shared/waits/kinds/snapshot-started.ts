import { DescribeBackupJobCommand } from '@aws-sdk/client-backup';
import { type EC2Client, paginateDescribeInstances, paginateDescribeSnapshots } from '@aws-sdk/client-ec2';
import { backupIn } from '../../clients/backup';
import { ec2In } from '../../clients/ec2';
import { nowSeconds } from '../../clock';
import { inBatches } from '../../in-batches';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { backupJobEnd, notBegun } from './backup-job';

const PARALLEL_LOOKS = 10;

/**
 * Waits until writes may resume: every EBS volume of the instance has a snapshot that AWS Backup began after the job.
 * A snapshot is point-in-time once it is pending (Amazon EBS User Guide, "Create Amazon EBS snapshots"). If a snapshot
 * does not appear, the end of the job ends the wait. Resources are job ids; `context.instances` maps them to instance ids.
 */
export const snapshotStarted: WaitKind = {
  name: 'snapshot-started',
  event: { source: 'aws.backup', detailType: 'Backup Job State Change', resource: 'backupJobId' },
  actions: ['backup:DescribeBackupJob', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots'],
  delaySeconds: LOOKED_FOR,
  async check(wait, jobIds) {
    const instances = wait.context.instances as Record<string, string>;
    const settled: Record<string, Settled> = {};
    await inBatches(jobIds, PARALLEL_LOOKS, async (jobId) => {
      const job = await backupIn(wait.region).send(new DescribeBackupJobCommand({ BackupJobId: jobId }));
      const end = backupJobEnd(job) ?? notBegun(job, wait.context.beginBy);
      if (end) settled[jobId] = end;
      else if (await allSnapshotsBegan(ec2In(wait.region), instances[jobId] ?? '', job.CreationDate)) {
        settled[jobId] = { state: 'SNAPSHOT_STARTED', at: nowSeconds() };
      }
    });
    return settled;
  },
};

async function allSnapshotsBegan(ec2: EC2Client, instanceId: string, jobCreatedAt: Date | undefined): Promise<boolean> {
  if (!jobCreatedAt) return false;
  const volumeIds: string[] = [];
  for await (const page of paginateDescribeInstances(
    { client: ec2 },
    { Filters: [{ Name: 'instance-id', Values: [instanceId] }] },
  )) {
    for (const instance of page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? []) {
      volumeIds.push(...(instance.BlockDeviceMappings ?? []).map((mapping) => mapping.Ebs?.VolumeId ?? ''));
    }
  }
  if (volumeIds.length === 0) return false;
  const seen = new Set<string>();
  const filters = [
    { Name: 'volume-id', Values: volumeIds },
    { Name: 'tag-key', Values: ['aws:backup:source-resource'] },
  ];
  for await (const page of paginateDescribeSnapshots({ client: ec2 }, { Filters: filters })) {
    for (const snapshot of page.Snapshots ?? []) {
      const isOfThisJob = snapshot.StartTime !== undefined && snapshot.StartTime >= jobCreatedAt;
      if (isOfThisJob && snapshot.State !== 'error' && snapshot.VolumeId) seen.add(snapshot.VolumeId);
    }
  }
  return volumeIds.every((volumeId) => seen.has(volumeId));
}
