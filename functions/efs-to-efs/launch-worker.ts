import { nowSeconds } from '../shared/clock';
import { type Group, setDesiredCapacity } from './group';
import { type EfsToEfsRun, end, note } from './run';
import { findWork, isOnline, sendWork } from './worker-command';

/** A command that was sent may not be listed yet. */
const LISTED_AFTER_SECONDS = 30;

/**
 * Brings a run to the point at which its work is sent: asks for an instance, waits until it is in service and online in
 * SSM, sends. Safe to repeat: the intent to send is noted first, and a command that an earlier attempt sent is found
 * again. A second instance in the same run never gets the work.
 */
export async function launchWorker(run: EfsToEfsRun, group: Group): Promise<EfsToEfsRun> {
  const now = nowSeconds();
  if (group.desiredCapacity === 0) await setDesiredCapacity(1);
  const instance = group.instances.find(({ lifecycleState }) => lifecycleState === 'InService');
  if (!instance) return run.instance ? end(run, 'InstanceLost', lost(run)) : run;
  const { instanceId, instanceType, availabilityZone } = instance;
  if (run.instance && run.instance.instanceId !== instanceId) return end(run, 'InstanceLost', lost(run));
  if (!run.instance && !(await isOnline(instanceId))) return run;
  if (run.commandIntendedAt && now < run.commandIntendedAt + LISTED_AFTER_SECONDS) return run;
  const earlier = run.commandIntendedAt ? await findWork(run, instanceId) : undefined;
  const intended = await note(run, {
    instance: { instanceId, instanceType, availabilityZone },
    commandIntendedAt: now,
  });
  const commandId = earlier ?? (await sendWork(intended, instanceId));
  return note(intended, { commandId, commandSentAt: now });
}

function lost({ instance }: EfsToEfsRun): string {
  return `The instance ${instance?.instanceId} was lost before it had its work.`;
}
