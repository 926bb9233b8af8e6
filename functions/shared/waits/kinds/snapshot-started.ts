import { type EC2Client, paginateDescribeSnapshots, type Snapshot } from '@aws-sdk/client-ec2';
import { ec2In } from '../../clients/ec2';
import { nowSeconds } from '../../clock';
import { allOf } from '../../in-batches';
import { describeInstances, FILTER_VALUES_LIMIT } from '../../instances';
import { joined } from '../../joined-calls';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { backupJobEnd, notBegun } from './backup-job';
import { BACKUP_EVENT, describeJobs } from './described-jobs';

/** AWS Backup's snapshots of volumes; what is asked for at the same time is asked of EC2 together. */
const describeSnapshots = joined(describeLists);

/**
 * Waits until writes may resume: every EBS volume of the instance has a snapshot that AWS Backup began after the job.
 * A snapshot is point-in-time once it is pending (Amazon EBS User Guide, "Create Amazon EBS snapshots"). If a snapshot
 * does not appear, the end of the job ends the wait. Resources are job ids; `context.instances` maps them to instance ids.
 */
export const snapshotStarted: WaitKind = {
  name: 'snapshot-started',
  event: BACKUP_EVENT,
  actions: ['backup:DescribeBackupJob', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots'],
  actionsTogether: ['backup:ListBackupJobs'],
  delaySeconds: LOOKED_FOR,
  async check(wait, jobIds) {
    const instances = wait.context.instances as Record<string, string>;
    const settled: Record<string, Settled> = {};
    const jobs = await describeJobs(wait, jobIds);
    await allOf(
      [...jobs].map(async ([jobId, job]) => {
        const end = backupJobEnd(job) ?? notBegun(job, wait.context.beginBy);
        if (end) settled[jobId] = end;
        else if (await allSnapshotsBegan(wait.region, instances[jobId] ?? '', job.CreationDate))
          settled[jobId] = { state: 'SNAPSHOT_STARTED', at: nowSeconds() };
      }),
    );
    return settled;
  },
};

async function allSnapshotsBegan(region: string, instanceId: string, jobCreatedAt: Date | undefined): Promise<boolean> {
  if (!jobCreatedAt) return false;
  const instance = (await describeInstances(ec2In(region), [instanceId])).get(instanceId);
  const volumeIds = (instance?.BlockDeviceMappings ?? []).map((mapping) => mapping.Ebs?.VolumeId ?? '');
  if (volumeIds.length === 0) return false;
  const began = (snapshot: Snapshot) =>
    snapshot.StartTime !== undefined && snapshot.StartTime >= jobCreatedAt && snapshot.State !== 'error';
  const snapshots = await describeSnapshots(ec2In(region), volumeIds);
  return volumeIds.every((volumeId) => snapshots.some((each) => each.VolumeId === volumeId && began(each)));
}

async function describeLists(ec2: EC2Client, lists: string[][]): Promise<Snapshot[][]> {
  const found: Snapshot[] = [];
  const volumeIds = [...new Set(lists.flat())];
  for (let first = 0; first < volumeIds.length; first += FILTER_VALUES_LIMIT) {
    const filters = [
      { Name: 'volume-id', Values: volumeIds.slice(first, first + FILTER_VALUES_LIMIT) },
      { Name: 'tag-key', Values: ['aws:backup:source-resource'] },
    ];
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: ec2 }, { Filters: filters }))
      found.push(...Snapshots);
  }
  return lists.map((list) => found.filter(({ VolumeId = '' }) => list.includes(VolumeId)));
}
