import { nowSeconds } from '../shared/clock';
import { scheduleNoCapacity } from './group';
import { stopWork } from './release-instance';
import { type EfsToEfsRun, GIVES_WAY_SECONDS, PATIENCE_SECONDS } from './run';
import { noteEnd } from './watch-work';

/**
 * Whether a comparison that gives way leaves its instance to the run that needs it. It does while its work may soon be
 * over: then the other run has an instance at once, instead of waiting for the end of this one and the start of its own.
 */
export function isHandingOver({ ending, releasedAt }: EfsToEfsRun): boolean {
  return ending?.heir !== undefined && !releasedAt && nowSeconds() < ending.at + GIVES_WAY_SECONDS;
}

/**
 * Asks the worker to stop. Returns the run, and whether nothing of it runs on the instance any more; then the group is
 * emptied in half an hour, in case the other run never begins. Safe to repeat.
 */
export async function leaveInstance(run: EfsToEfsRun): Promise<{ left: EfsToEfsRun; isFree: boolean }> {
  const left = await stopWork(await noteEnd(run));
  // A report is written before the worker has ended: only SSM says that it has.
  const isFree = left.commandEnd !== undefined || left.commandIntendedAt === undefined;
  // In place of the end of this run's window; the other run puts the end of its own there when it begins.
  if (isFree) await scheduleNoCapacity(nowSeconds() + PATIENCE_SECONDS.giveWay);
  return { left, isFree };
}
