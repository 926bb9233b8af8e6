import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getRun, type StepInput, updateRun } from '../shared/runs/runs';
import { describeError, isTransient, task } from '../shared/task';
import { fileSystemGone } from '../shared/waits/kinds/file-system-gone';
import { instanceGone } from '../shared/waits/kinds/instance-gone';
import { tableGone } from '../shared/waits/kinds/table-gone';
import { startWait, type WaitKind } from '../shared/waits/waits';
import { deleteFileSystem, findFileSystem } from './remove-file-system';
import { findInstance, terminateInstance } from './remove-instance';
import { deleteTable, findTable } from './remove-table';
import { type RestoreTestRun, waitId } from './restore-test-run';
import { missingProof, type Restored } from './restored-by-test';

interface Kind {
  /** What has this run's own name or token. */
  find(run: RestoreTestRun): Promise<Restored | undefined>;
  remove(restored: Restored): Promise<void>;
  gone: WaitKind;
}

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 2 * 3600;
const KINDS: Readonly<Record<string, Kind>> = {
  DynamoDB: { find: findTable, remove: deleteTable, gone: tableGone },
  EC2: { find: findInstance, remove: terminateInstance, gone: instanceGone },
  EFS: { find: findFileSystem, remove: deleteFileSystem, gone: fileSystemGone },
};

/**
 * Of a test on demand: deletes what its restore job made, and waits until it is gone. It deletes only with every proof:
 * what it finds has this run's own name or token, and `missingProof` finds nothing missing. What lacks one is named in
 * the record instead. Safe to repeat.
 */
export const handler = task(async ({ runId, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getRun<RestoreTestRun>(runId);
  const kind = run?.restoreIntendedAt ? KINDS[run.plan.resourceType] : undefined;
  const name = run && kind ? await requestRemoval(run, kind) : undefined;
  await startWait(kind?.gone ?? tableGone, {
    id: waitId(runId, 'removal'),
    region: REGION,
    resources: name ? [name] : [],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** An instance is found by its job only: without one, nothing says that there is none. */
function unknownOf({ plan, restoreJobId }: RestoreTestRun): RestoreTestRun['leftBehind'] {
  if (plan.resourceType !== 'EC2' || restoreJobId) return undefined;
  return {
    resource: `an instance from the recovery point ${plan.recoveryPointArn}`,
    reason: 'it is not known whether AWS Backup began a restore',
  };
}

/** Returns the name of what is going, or undefined when nothing is. */
async function requestRemoval(run: RestoreTestRun, kind: Kind): Promise<string | undefined> {
  const { runId } = run;
  const restored = await kind.find(run);
  if (!restored) {
    const unknown = unknownOf(run);
    if (unknown) await updateRun(runId, { leftBehind: unknown });
    else await updateRun(runId, { goneAt: nowSeconds() }, ['leftBehind']);
    return undefined;
  }
  if (restored.isGoing) return restored.name;
  const keep = (reason: string) => updateRun(runId, { leftBehind: { resource: restored.arn, reason } });
  const reason = await missingProof(run, restored.arn, restored.madeAt);
  if (reason) {
    await keep(reason);
    return undefined;
  }
  await keep('its deletion was not seen to end');
  try {
    await kind.remove(restored);
    return restored.name;
  } catch (error) {
    if (isTransient(error)) throw error;
    await keep(`it could not be deleted (${describeError(error)})`);
    return undefined;
  }
}
