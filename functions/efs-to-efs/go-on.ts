import { nowSeconds } from '../shared/clock';
import { getRun, openRun } from '../shared/runs/runs';
import { type EfsToEfsRun, note, WORKFLOW } from './run';

/** The shortest rest of a window that is worth another instance, and the shortest window that there is. */
const WORTHWHILE_MINUTES = 60;
/** Of one window: a zone that takes its instances back all the time is nothing to insist on. */
const MOST_ATTEMPTS = 3;

/**
 * A backup whose instance was taken away goes on in what is left of its window, by a run of its own; the copy is
 * resumed. Opens that run's record, and then notes its id as `continuedBy`: what the operator reads must be true. Safe to
 * repeat: the id follows from the run, and the first record stays, also when too little of the window is left by now.
 */
export async function goOn(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const { settings, windowEndsAt = 0, attempt = 1, continues = run.runId } = run;
  if (run.continuedBy || !isInterrupted(run) || attempt >= MOST_ATTEMPTS) return run;
  const windowMinutes = Math.min(Math.floor((windowEndsAt - nowSeconds()) / 60), settings?.windowMinutes ?? 0);
  const continuedBy = `${continues}-${attempt + 1}`;
  if (windowMinutes < WORTHWHILE_MINUTES && !(await getRun(continuedBy))) return run;
  const next = { runId: continuedBy, workflow: WORKFLOW, input: run.input, continues, attempt: attempt + 1 };
  await openRun({ ...next, settings: { ...settings, windowMinutes } });
  return note(run, { continuedBy });
}

/** Not a worker that completed its copy, or failed: that has come to its end by itself. */
function isInterrupted({ settings, ending, workerReport, stopAskedAt }: EfsToEfsRun): boolean {
  const hasStopped = (workerReport?.outcome ?? 'STOPPED') === 'STOPPED';
  return settings?.action === 'backup' && ending?.cause === 'InstanceLost' && hasStopped && !stopAskedAt;
}
