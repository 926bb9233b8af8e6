import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { instanceStopped } from '../shared/waits/kinds/instance-stopped';
import { startWait } from '../shared/waits/waits';
import { noteInGroup, waitId } from './groups';
import { decideParticipants } from './participants';
import { readRecords } from './records';
import { type GroupTaskInput, ofRun } from './settings';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 30 * 60;

/**
 * Stops the running instances that are backed up, and waits until they are stopped. Their ids are recorded first: from
 * then on, every exit starts these again. The wait's first look asks for the stop, in a run of many groups together with
 * the stops of other groups; which ones had been stopped before by somebody else, it notes (confirm-stop.ts). Safe to
 * repeat: the record stays, and the wait knows what it asked for.
 */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const { run, group } = await readRecords(runId, index);
  const { settings, hasManyGroups, partition } = ofRun(run, { runId, group: index });
  if (!group.stop) {
    const { instances } = decideParticipants(group, settings);
    const instanceIds = instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
    await noteInGroup(group, { stop: { intendedAt: nowSeconds(), instanceIds } });
  }
  const resources = group.stop?.instanceIds ?? [];
  await startWait(instanceStopped, {
    id: waitId(group, 'stop'),
    region: REGION,
    resources,
    context: { asks: true },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
    partition,
    isOfMany: hasManyGroups,
    read: { earlier: group.waits.stop },
    joins: hasManyGroups && resources.length > 0,
  });
});
