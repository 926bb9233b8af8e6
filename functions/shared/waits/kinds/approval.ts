import { getRun } from '../../runs/runs';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits for a person: the answer is written into the run record (resources are run ids). */
export const approval: WaitKind = {
  name: 'approval',
  actions: ['dynamodb:GetItem'],
  delaySeconds: LOOKED_FOR,
  async check(_wait, runIds) {
    const settled: Record<string, Settled> = {};
    for (const runId of runIds) {
      const answer = (await getRun(runId))?.approval as { isApproved: boolean; at: number } | undefined;
      if (answer) settled[runId] = { state: answer.isApproved ? 'APPROVED' : 'REFUSED', at: answer.at };
    }
    return settled;
  },
  explain: () => 'There was no answer in time, so nothing that needs one was done.',
};
