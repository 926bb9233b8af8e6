import { AssociateIamInstanceProfileCommand, CreateTagsCommand } from '@aws-sdk/client-ec2';
import { ec2In } from '../shared/clients/ec2';
import { nowSeconds } from '../shared/clock';
import { getOpenRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { TEST_MARK } from '../shared/test-mark';
import { instanceTestable } from '../shared/waits/kinds/instance-testable';
import { startWait } from '../shared/waits/waits';
import { isolatedInstance } from './isolated-instance';
import { ISOLATED, PROFILE_NAME, REGION } from './isolated-network';
import { letVolumesGo } from './let-volumes-go';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

const LONGEST_SECONDS = 2 * 3600;
/** What is left of the validation window for the script and the result. */
const REST_SECONDS = 20 * 60;

/**
 * Looks whether the restored instance is isolated, gives it the profile for SSM if it has none, and waits until it has
 * booted, both status checks pass and SSM reaches it. Restore testing can only leave the profile out, or take that of the
 * source with its rights. Safe to repeat: an instance has one profile.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const instance = await isolatedInstance(REGION, run, ISOLATED);
  const id = nameOf(run.createdResourceArn ?? '');
  if (!instance.IamInstanceProfile)
    await ec2In(REGION).send(
      new AssociateIamInstanceProfileCommand({ InstanceId: id, IamInstanceProfile: { Name: PROFILE_NAME } }),
    );
  await letVolumesGo(ec2In(REGION), instance);
  // Restore testing tags what it makes itself; without the tag nothing may be run on it.
  if (run.settings.isOnDemand)
    await ec2In(REGION).send(
      new CreateTagsCommand({ Resources: [id], Tags: [{ Key: TEST_MARK, Value: 'on-demand' }] }),
    );
  const left = (run.plan.validateUntil ?? Number.POSITIVE_INFINITY) - nowSeconds() - REST_SECONDS;
  await startWait(instanceTestable, {
    id: waitId(runId, 'booted'),
    region: REGION,
    resources: [id],
    deadlineSeconds: Math.max(60, Math.min(LONGEST_SECONDS, left)),
    taskToken,
  });
});
