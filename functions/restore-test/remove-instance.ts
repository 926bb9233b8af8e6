import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { CreateTagsCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { backupIn } from '../shared/clients/backup';
import { ec2In } from '../shared/clients/ec2';
import { requireEnv } from '../shared/config';
import { describeInstances } from '../shared/instances';
import { TEST_MARK } from '../shared/test-mark';
import { letVolumesGo } from './let-volumes-go';
import { nameOf } from './proof';
import type { RestoreTestRun } from './restore-test-run';
import type { Restored } from './restored-by-test';

const REGION = requireEnv('AWS_REGION');

/** The instance that AWS Backup says the job of a test on demand has launched. */
export async function findInstance({ restoreJobId }: RestoreTestRun): Promise<Restored | undefined> {
  if (!restoreJobId) return undefined;
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: restoreJobId }));
  const arn = job.CreatedResourceArn;
  if (!arn) return undefined;
  const name = nameOf(arn);
  const instance = (await describeInstances(ec2In(REGION), [name])).get(name);
  const state = instance?.State?.Name;
  if (!instance || state === 'terminated') return undefined;
  return { name, arn, madeAt: instance.LaunchTime, isGoing: state === 'shutting-down' };
}

/** Terminates it with its volumes. Its role may only touch what has the instance profile of tests. */
export async function terminateInstance({ name }: Restored): Promise<void> {
  const ec2 = ec2In(REGION);
  const instance = (await describeInstances(ec2, [name])).get(name);
  if (instance) await letVolumesGo(ec2, instance);
  await ec2.send(new CreateTagsCommand({ Resources: [name], Tags: [{ Key: TEST_MARK, Value: 'on-demand' }] }));
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [name] }));
}
