import { nowSeconds } from '../shared/clock';
import { type EfsToEfsRun, end, lastSignAt } from './run';

/** From the claim until the work is sent: capacity, boot, and the SSM agent. */
const LAUNCH_SECONDS = 900;
/** The worker reports every 30 seconds when it last did something; a single piece of work takes seconds. */
const SILENCE_SECONDS = 900;

/**
 * Ends a run whose record says that it ended or has to end. Needs nothing but the record, so that it works when other
 * calls to AWS fail. Safe to repeat.
 */
export async function watchRecord(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const now = nowSeconds();
  if (run.ending) return run;
  if (!run.commandId) return now < (run.claimedAt ?? 0) + LAUNCH_SECONDS ? run : giveUpLaunch(run);
  if (run.workerReport) return end(run, 'WorkEnded', 'The worker has reported.');
  if (now >= (run.stopAt ?? 0)) return end(run, 'WindowEnded', 'The window has come to its end.');
  if (now < lastSignAt(run) + SILENCE_SECONDS) return run;
  const silence = `has reported nothing for ${SILENCE_SECONDS / 60} minutes`;
  return end(run, 'WorkerSilent', `The worker on ${run.instance?.instanceId} ${silence}.`);
}

function giveUpLaunch(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const minutes = LAUNCH_SECONDS / 60;
  const why = [run.launchFailure, run.lastProblem].filter(Boolean).join(' ');
  if (run.launchFailure) return end(run, 'NoCapacity', `No instance came within ${minutes} minutes. ${why}`);
  return end(run, 'WorkerUnreachable', `No instance took the work within ${minutes} minutes. ${why}`.trim());
}
