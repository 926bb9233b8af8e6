import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { ec2In } from '../shared/clients/ec2';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { TransientServiceError } from '../shared/errors';
import { describeInstances } from '../shared/instances';
import { task } from '../shared/task';
import { instanceStopped } from '../shared/waits/kinds/instance-stopped';
import { startWait } from '../shared/waits/waits';
import { getGroup, noteInGroup, waitId } from './groups';
import { decideParticipants } from './participants';
import { type GroupTaskInput, settingsOf } from './settings';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 30 * 60;

/**
 * Stops the running instances that are backed up, and waits until they are stopped. Their ids are recorded first: from
 * then on, every exit starts exactly these again. Safe to repeat: the record stays, and StopInstances does not change
 * an instance that is stopping or stopped.
 */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const settings = await settingsOf({ runId });
  const group = await getGroup(runId, index);
  const stop = group.stop ?? { intendedAt: nowSeconds(), instanceIds: await findRunning() };
  if (!group.stop) await noteInGroup(group, { stop });
  if (stop.instanceIds.length > 0)
    await ec2In(REGION).send(new StopInstancesCommand({ InstanceIds: stop.instanceIds }));
  await startWait(instanceStopped, {
    id: waitId(group, 'stop'),
    region: REGION,
    resources: stop.instanceIds,
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });

  async function findRunning(): Promise<string[]> {
    const { instances } = await decideParticipants(group, settings);
    const candidates = instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
    const now = await describeInstances(ec2In(REGION), candidates);
    const missing = candidates.filter((instanceId) => !now.get(instanceId)?.State?.Name);
    // What EC2 does not show may run, and must not be backed up as stopped: the state machine retries.
    if (missing.length > 0) throw new TransientServiceError(`EC2 does not show ${missing.join(', ')}.`);
    // An instance that a person stopped since the preflight is not started by this run.
    return candidates.filter((instanceId) => now.get(instanceId)?.State?.Name === 'running');
  }
});
