import type { Context } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { getRun, openRun } from '../shared/runs/runs';
import { advanceRun } from './advance-run';
import { type EfsToEfsRun, getEfsToEfsRun, type RunSettings, WORKFLOW } from './run';

export interface Started {
  runId: string;
  status: 'STARTED' | 'SUCCEEDED' | 'FAILED';
}

/**
 * Opens the record of a run and takes its first step. What is wrong with the input or the file systems is thrown to the
 * caller and notified. Safe to repeat: the first record stays, and a run that is over is not started again.
 */
export async function startRun(
  runId: string,
  event: object,
  context: Context,
  readSettings: () => Promise<RunSettings>,
): Promise<Started> {
  const known = await getRun(runId);
  if (!known) {
    const mark = 'dryRun' in event && event.dryRun === true && { DryRun: true };
    // One write: the overseer never sees an open run with neither settings nor ending.
    await openRun({ runId, workflow: WORKFLOW, input: JSON.stringify(event), ...mark, ...(await read(readSettings)) });
  }
  await advanceRun(runId, context.invokedFunctionArn);
  const run = await getEfsToEfsRun(runId);
  // An earlier attempt has thrown it already.
  if (known) return { runId, status: run?.outcome ?? 'STARTED' };
  if (run?.ending?.cause === 'TargetBusyError') throw new TargetBusyError(run.ending.message);
  if (run?.ending?.cause === 'InvalidInputError') throw new InvalidInputError(run.ending.message.split('\n'));
  return { runId, status: run?.outcome ?? 'STARTED' };
}

/** The run's settings, or the end to which what is wrong with its input brings it. */
async function read(readSettings: () => Promise<RunSettings>): Promise<Pick<EfsToEfsRun, 'settings' | 'ending'>> {
  try {
    return { settings: await readSettings() };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { ending: { cause: 'InvalidInputError', message: error.problems.join('\n'), at: nowSeconds() } };
  }
}
