import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../functions/shared/clients/dynamodb';
import { RunIsOverError } from '../../functions/shared/errors';
import { findLockHolder, releaseLock, takeLock } from '../../functions/shared/runs/locks';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import { beginRun, getOpenRun, RUNS_TABLE, updateRun } from '../../functions/shared/runs/runs';
import { TARGET_ITEM } from './target-item';

interface Input {
  step: 'open' | 'write' | 'report';
  runId: string;
  target: string;
}

/**
 * The functions of a run in docs/models/lock.ts, made of those that the workflows have: what a workflow does in several
 * functions between taking the lock and writing has no part in the model.
 */
export async function handler({ step, runId, target }: Input): Promise<void> {
  if (step === 'open') {
    await beginRun({ runId, workflow: 'model', input: '{}', settings: {} });
    await takeLock(target, runId);
  } else if (step === 'write') {
    await getOpenRun({ runId });
    if ((await findLockHolder(target)) !== executionArnOf(runId)) throw new RunIsOverError(`${runId} holds no lock.`);
    await tables.send(
      new PutCommand({ TableName: RUNS_TABLE, Item: { runId: target, item: TARGET_ITEM, writtenBy: runId } }),
    );
  } else {
    await releaseLock(target, runId);
    await updateRun(runId, { outcome: 'FAILED' }, ['open']);
  }
}
