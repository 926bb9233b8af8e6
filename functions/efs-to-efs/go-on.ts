import { nowSeconds } from '../shared/clock';
import { openRun } from '../shared/runs';
import { type EfsToEfsRun, note, WORKFLOW } from './run';

/** The shortest rest of a window that is worth another instance, and the shortest window that there is. */
const WORTHWHILE_MINUTES = 60;
/** Of one window: a zone that takes its instances back all the time is nothing to insist on. */
const MOST_ATTEMPTS = 3;

/**
 * A backup whose instance was taken away goes on in what is left of its window, by a run of its own that the overseer
 * begins within a minute; the copy is resumed. Opens that run's record and notes its id as `continuedBy`. Safe to repeat:
 * the id follows from the run, and is noted first.
 */
export async function goOn(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const { settings, windowEndsAt = 0, attempt = 1, continues = run.runId } = run;
  const windowMinutes = Math.min(Math.floor((windowEndsAt - nowSeconds()) / 60), settings?.windowMinutes ?? 0);
  if (!run.continuedBy && !(isWorthwhile(run, windowMinutes) && attempt < MOST_ATTEMPTS)) return run;
  const continuedBy = `${continues}-${attempt + 1}`;
  const noted = run.continuedBy ? run : await note(run, { continuedBy });
  const next = { runId: continuedBy, workflow: WORKFLOW, input: run.input, continues, attempt: attempt + 1 };
  await openRun({ ...next, settings: { ...settings, windowMinutes } });
  return noted;
}

function isWorthwhile({ settings, ending, workerReport, stopAskedAt }: EfsToEfsRun, windowMinutes: number): boolean {
  // A worker that completed its copy, or failed, has come to its end by itself.
  const isInterrupted = ending?.cause === 'InstanceLost' && (workerReport?.outcome ?? 'STOPPED') === 'STOPPED';
  return settings?.action === 'backup' && isInterrupted && !stopAskedAt && windowMinutes >= WORTHWHILE_MINUTES;
}
