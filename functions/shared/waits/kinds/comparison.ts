import { getRun } from '../../runs/runs';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until runs of the worker (resources are their ids) are closed: their records have the result. */
export const comparison: WaitKind = {
  name: 'comparison',
  actions: ['dynamodb:GetItem'],
  delaySeconds: LOOKED_FOR,
  async check(_wait, runIds) {
    const settled: Record<string, Settled> = {};
    for (const runId of runIds) {
      const run = await getRun(runId);
      if (run && !run.open) settled[runId] = { state: run.outcome ?? 'unknown', at: run.finishedAt ?? 0 };
    }
    return settled;
  },
};
