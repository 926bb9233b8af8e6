import { nowSeconds } from '../shared/clock';
import { takeLock } from '../shared/runs/locks';
import { checkFileSystems } from './check-file-systems';
import { scheduleNoCapacity } from './group';
import { lockOf } from './lock';
import { measure } from './measurements';
import { type EfsToEfsRun, end, getEfsToEfsRun, note, recordOnce, STOP_EARLY_SECONDS } from './run';
import { putStopRule } from './stop-rule';
import { problemsOfRequest } from './worker-command';

/**
 * Claims the workers for a run: checks the file systems, takes the lock, measures, and creates the rule for the end of the
 * window and, as a fallback, a scheduled action of the group. Safe to repeat: each part finds what an earlier attempt did.
 * The group's capacity is changed only after it.
 */
export async function beginRun(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  const { settings } = run;
  if (!settings) return end(run, 'InvalidInputError', 'The input was not read.');
  const problems = [...problemsOfRequest(run), ...(await checkFileSystems(settings))];
  if (problems.length > 0) return end(run, 'InvalidInputError', problems.join('\n'));
  const holder = await takeLock(lockOf(), run.runId);
  if (holder) return meet(holder, run);
  const [from, to] = places(run);
  const windowEndsAt = run.startedAt + settings.windowMinutes * 60;
  const stopAt = windowEndsAt - STOP_EARLY_SECONDS;
  await putStopRule(run.runId, stopAt, functionArn);
  await scheduleNoCapacity(windowEndsAt);
  return note(run, { claimedAt: nowSeconds(), windowEndsAt, stopAt, before: await measure(from, to) });
}

/**
 * What a run does that finds the worker at another run's work: a comparison waits, and gives way to all others; these wait
 * for that only. Any other run is not started.
 */
async function meet(holder: string, run: EfsToEfsRun): Promise<EfsToEfsRun> {
  if (run.settings?.action === 'compare') return run;
  const other = await getEfsToEfsRun(holder);
  if (other?.settings?.action !== 'compare')
    return end(run, 'TargetBusyError', `The run ${holder} is still open; one run at a time.`);
  await recordOnce(holder, 'ending', {
    cause: 'GaveWay',
    message: `${run.runId} needs the worker.`,
    at: nowSeconds(),
    heir: run.runId,
  });
  return run.waitsFor ? run : note(run, { waitsFor: holder });
}

/** The file systems that a run copies from and to; what only verifies stays on one. */
export function places({ settings }: EfsToEfsRun): [from: string, to: string] {
  const from = settings?.source ?? settings?.backup;
  const to = settings?.destination ?? settings?.target ?? settings?.restored;
  return [from?.fileSystemId ?? '', (to ?? from)?.fileSystemId ?? ''];
}
