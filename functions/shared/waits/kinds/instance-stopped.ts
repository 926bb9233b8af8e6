import { ec2In } from '../../clients/ec2';
import { nowSeconds } from '../../clock';
import { errorName } from '../../error-name';
import { stopInstances } from '../../instance-changes';
import { describeInstances } from '../../instances';
import { isTransient } from '../../task';
import { isGone, type MissingNote } from '../missing-instance';
import { TOLD } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { EC2_EVENT } from './ec2-event';

/** What the looks noted about one instance that is to be stopped. */
interface StopNote extends MissingNote {
  /** When EC2 accepted its stop. */
  askedAt?: number;
  /** It was no longer running before this run asked for anything. */
  isByOthers?: boolean;
}

/**
 * Waits until instances are stopped. A terminated instance never will be, so that state ends the wait too; one that a
 * single answer lacks is not terminated. With `context.asks` a look stops those that run, all of them in one request and
 * once; without it the stop was asked for before. What EC2 refuses ends the task with EC2's own error.
 */
export const instanceStopped: WaitKind = {
  name: 'instance-stopped',
  event: EC2_EVENT,
  actions: ['ec2:DescribeInstances', 'ec2:StopInstances'],
  delaySeconds: TOLD,
  async check(wait, instanceIds) {
    const instances = await describeInstances(ec2In(wait.region), instanceIds);
    const settled: Record<string, Settled> = {};
    const toStop: string[] = [];
    for (const instanceId of instanceIds) {
      const instance = instances.get(instanceId);
      const { missingSince, ...known } = (wait.notes[instanceId] ?? {}) as StopNote;
      const note: StopNote = instance || missingSince === undefined ? known : { ...known, missingSince };
      const state = instance?.State?.Name ?? (!instance && isGone(note) ? 'terminated' : 'unknown');
      if (wait.context.asks && wait.isFirst && ['stopping', 'stopped'].includes(state)) note.isByOthers = true;
      if (['stopped', 'terminated', 'shutting-down'].includes(state))
        settled[instanceId] = { state, at: nowSeconds(), ...note };
      if (state === 'running' && wait.context.asks && note.askedAt === undefined) toStop.push(instanceId);
      wait.notes[instanceId] = note;
    }
    if (toStop.length === 0 || !wait.mayAct?.()) return settled;
    try {
      await stopInstances(wait.region, toStop);
      for (const instanceId of toStop) Object.assign(wait.notes[instanceId] as StopNote, { askedAt: nowSeconds() });
    } catch (error) {
      if (isTransient(error)) throw error;
      const failure = { error: errorName(error), cause: (error as Error).message };
      for (const instanceId of toStop) settled[instanceId] = { state: 'refused', at: nowSeconds(), failure };
    }
    return settled;
  },
};
