import type { Context } from 'aws-lambda';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { getRun, openRun } from '../shared/runs';
import { lookAfter } from './look-after';
import { end, getEfsToEfsRun, type RunSettings, releaseLease, takeLease, WORKFLOW } from './run';

export interface Started {
  runId: string;
  status: 'STARTED' | 'SUCCEEDED' | 'FAILED';
}

/**
 * Opens the record of a run and takes its first step. Whoever calls hears at once what is wrong with the input or the
 * world, and so does the operator. Safe to repeat: the first record stays, and what is over is not started again.
 */
export async function startRun(
  runId: string,
  event: object,
  context: Context,
  readSettings: () => Promise<RunSettings>,
): Promise<Started> {
  const known = await getRun(runId);
  if (!known) {
    const { settings, problem } = await read(readSettings);
    await openRun({ runId, workflow: WORKFLOW, input: JSON.stringify(event), settings });
    if (problem) await refuse(runId, problem);
  }
  await lookAfter(runId, context.invokedFunctionArn);
  const run = await getEfsToEfsRun(runId);
  // An earlier try has told it already.
  if (known) return { runId, status: run?.outcome ?? 'STARTED' };
  if (run?.ending?.cause === 'TargetBusyError') throw new TargetBusyError(run.ending.message);
  if (run?.ending?.cause === 'InvalidInputError') throw new InvalidInputError(run.ending.message.split('\n'));
  return { runId, status: run?.outcome ?? 'STARTED' };
}

async function read(readSettings: () => Promise<RunSettings>) {
  try {
    return { settings: await readSettings() };
  } catch (error) {
    if (error instanceof InvalidInputError) return { problem: error };
    throw error;
  }
}

async function refuse(runId: string, { problems }: InvalidInputError): Promise<void> {
  const run = await takeLease(runId);
  if (run) await releaseLease(await end(run, 'InvalidInputError', problems.join('\n')));
}
