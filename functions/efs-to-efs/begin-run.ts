import { nowSeconds } from '../shared/clock';
import { takeLock } from '../shared/runs/locks';
import { checkWorld } from './check-world';
import { scheduleNoCapacity } from './group';
import { lockOf } from './lock';
import { measure } from './measurements';
import { type EfsToEfsRun, end, note } from './run';
import { putStopRule } from './stop-rule';

/** AWS gives two minutes to a Spot Instance; this much a copy has at the end of every window. */
const STOP_EARLY_SECONDS = 900;

/**
 * Claims the workers for a run: checks the world, takes the lock, measures, and makes the rule for the end of the
 * window, with Auto Scaling's own for when nobody heeds that. Safe to repeat: each part finds what an earlier attempt
 * did. The group's capacity is touched only after it.
 */
export async function beginRun(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  const { settings } = run;
  if (!settings) return end(run, 'InvalidInputError', 'The input was not read.');
  const problems = await checkWorld(settings);
  if (problems.length > 0) return end(run, 'InvalidInputError', problems.join('\n'));
  const holder = await takeLock(lockOf(), run.runId);
  if (holder) return end(run, 'TargetBusyError', `The run ${holder} is still going on; one run at a time.`);
  const [from, to] = places(run);
  const windowEndsAt = run.startedAt + settings.windowMinutes * 60;
  const stopAt = windowEndsAt - STOP_EARLY_SECONDS;
  await putStopRule(run.runId, stopAt, functionArn);
  await scheduleNoCapacity(windowEndsAt);
  return note(run, { claimedAt: nowSeconds(), windowEndsAt, stopAt, before: await measure(from, to) });
}

/** The file systems that a run copies from and to; what only verifies stays on one. */
export function places({ settings }: EfsToEfsRun): [from: string, to: string] {
  const from = settings?.source ?? settings?.backup;
  const to = settings?.destination ?? settings?.target;
  return [from?.fileSystemId ?? '', (to ?? from)?.fileSystemId ?? ''];
}
