import { nowSeconds } from '../shared/clock';
import { getRun, openRun } from '../shared/runs/runs';
import { type EfsToEfsRun, note, WORKFLOW } from './run';

/** The shortest rest of a window that is worth another instance. It is also the shortest window. */
const WORTHWHILE_MINUTES = 60;
/** Of one window: where EC2 takes every Spot Instance back, another attempt only costs money. */
const MOST_ATTEMPTS = 3;

/**
 * Continues a backup whose instance was taken away: another run resumes the copy in the rest of the window. Opens that
 * run's record first and then records its id as `continuedBy`, so that the notification never names a run that does not
 * exist. Safe to repeat: the id follows from the run, and the first record stays, also when too little of the window is
 * left by now.
 */
export async function continueBackup(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const { settings, windowEndsAt = 0, attempt = 1, continues = run.runId } = run;
  if (run.continuedBy || !isInterrupted(run) || attempt >= MOST_ATTEMPTS) return run;
  const windowMinutes = Math.min(Math.floor((windowEndsAt - nowSeconds()) / 60), settings?.windowMinutes ?? 0);
  const continuedBy = `${continues}-${attempt + 1}`;
  if (windowMinutes < WORTHWHILE_MINUTES && !(await getRun(continuedBy))) return run;
  const next = { runId: continuedBy, workflow: WORKFLOW, input: run.input, continues, attempt: attempt + 1 };
  await openRun({ ...next, settings: { ...settings, windowMinutes } });
  return note(run, { continuedBy });
}

/** False for a worker that completed its copy or failed: that run ended by itself. */
function isInterrupted({ settings, ending, workerReport, stopAskedAt }: EfsToEfsRun): boolean {
  const hasStopped = (workerReport?.outcome ?? 'STOPPED') === 'STOPPED';
  return settings?.action === 'backup' && ending?.cause === 'InstanceLost' && hasStopped && !stopAskedAt;
}
