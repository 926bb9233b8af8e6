import { nowSeconds } from './clock';
import { requireEnv } from './config';
import { releaseLock } from './locks';
import { notify } from './notify';
import { type RunRecord, updateRun } from './runs';

/** How a run ended, for its record and for the operator. */
export interface RunEnd {
  outcome: 'SUCCEEDED' | 'FAILED';
  /** The workflow's own result. */
  report: object;
  error?: string;
  cause?: string;
  /** What the operator reads. */
  message: string;
  /** True when a success is worth telling even to those who want failures only. */
  hasWarnings?: boolean;
  locks: Iterable<string> | AsyncIterable<string>;
}

const NOTIFY_ON_SUCCESS = requireEnv('NOTIFY_ON_SUCCESS') === 'Yes';

/**
 * Closes a run: writes its end into the record, tells the operator, gives the locks back, and only then takes it out of
 * the open runs. Safe to repeat: the record says what has been done already.
 */
export async function finishRun(run: RunRecord, end: RunEnd): Promise<void> {
  const { outcome, report, error, cause } = end;
  const finishedAt = run.finishedAt ?? nowSeconds();
  await updateRun(run.runId, { outcome, report, finishedAt, ...(error && { error, cause: cause ?? '' }) });
  if (!run.notifiedAt && (outcome === 'FAILED' || end.hasWarnings || NOTIFY_ON_SUCCESS)) {
    const attributes = { workflow: run.workflow, runId: run.runId, outcome };
    await notify(`${outcome}: ${run.workflow} ${run.runId.split(':').at(-1)}`, end.message, attributes);
  }
  const notifiedAt = run.notifiedAt ?? nowSeconds();
  // At once: whatever fails from here on must not make the operator hear it twice.
  if (!run.notifiedAt) await updateRun(run.runId, { notifiedAt });
  for await (const target of end.locks) await releaseLock(target, run.runId);
  await updateRun(run.runId, { notifiedAt }, ['open']);
}
