import { nowSeconds } from '../shared/clock';
import type { Group } from './group';
import { type EfsToEfsRun, end, note } from './run';
import { readEnd } from './worker-command';

/** A description of the group may be older than the instance. */
const MISSING_SECONDS = 90;

/** Ends a run whose command or instance has ended, by what SSM and Auto Scaling say. Safe to repeat. */
export async function watchWork(run: EfsToEfsRun, group: Group): Promise<EfsToEfsRun> {
  const current = await noteEnd(run);
  if (current.commandEnd) return end(current, 'WorkEnded', `The command ended ${current.commandEnd.status}.`);
  return watchInstance(current, group, nowSeconds());
}

/** Records how the command ended, and the report in its output if the worker did not write one into the record. */
export async function noteEnd(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const { commandId, instance, commandEnd, workerReport } = run;
  if (!commandId || !instance || commandEnd) return run;
  const found = await readEnd(commandId, instance.instanceId);
  if (!found) return run;
  const report = workerReport ?? found.report;
  return note(run, { commandEnd: found.end, ...(report && { workerReport: report }) });
}

async function watchInstance(run: EfsToEfsRun, group: Group, now: number): Promise<EfsToEfsRun> {
  const instance = group.instances.find(({ instanceId }) => instanceId === run.instance?.instanceId);
  const id = run.instance?.instanceId;
  if (instance && instance.lifecycleState === 'InService' && instance.isHealthy)
    return run.missingSince ? note(run, { missingSince: 0 }) : run;
  if (instance) return end(run, 'InstanceLost', `Auto Scaling is taking ${id} away (${instance.lifecycleState}).`);
  if (!run.missingSince) return note(run, { missingSince: now });
  if (now < run.missingSince + MISSING_SECONDS) return run;
  return end(run, 'InstanceLost', `${id} is not in the group any more.`);
}
