import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenBySwap } from '../../../scripts/bench/swap/invariants';
import { GOOD, open, parksTable, smallWorld, swapInput, tableOf } from '../../../scripts/bench/swap/parks';
import type { Execution } from '../../../simulator/asl/execution';
import type { Simulation } from '../../../simulator/simulation';

interface Machine {
  States: Record<string, { Type: string }>;
}

/** How long after its entry a state is in its middle; others take a fraction of a second. */
const MIDDLE_SECONDS: Record<string, number> = {
  'Restore Duplicate': 10,
  'Back Up Original': 3,
  'Back Up Duplicate': 3,
  'Ask Approval': 10,
  'Delete Original': 5,
  'Restore Original': 10,
  'Restore Again': 10,
  'Restore Fallback': 10,
};
const TASKS = Object.entries(machine('dynamodb-swap-restore').States)
  .filter(([, { Type }]) => Type === 'Task')
  .map(([name]) => name);
/** States that only a run comes to whose restores fail: once, or twice. */
const RESTORES_THAT_FAIL: Record<string, number> = {
  'Restore Again': 1,
  'Verify Again': 1,
  'Restore Fallback': 2,
  'Verify Fallback': 2,
};

function machine(name: string): Machine {
  return JSON.parse(readFileSync(join(__dirname, '../../../statemachines', `${name}.asl.json`), 'utf8'));
}

function worldFor(state: string) {
  const Times = RESTORES_THAT_FAIL[state];
  const jobs = smallWorld().tableJobs ?? [];
  if (!Times) return smallWorld();
  return smallWorld({
    tableJobs: [{ Operation: 'Restore', Table: 'ParksAr', DurationSeconds: 20, Fails: true, Times }, ...jobs],
  });
}

async function reach(simulation: Simulation, execution: Execution, state: string, seconds: number): Promise<void> {
  const { clock } = simulation.account;
  const isThere = () => execution.history.some(({ stateEnteredEventDetails: entered }) => entered?.name === state);
  await clock.runUntil(isThere, 24 * 3600);
  if (seconds > 0) await clock.runUntil(clock.sleep(seconds), seconds + 1);
}

function abortIn(state: string, seconds: number) {
  return async (simulation: Simulation, execution: Execution) => {
    await reach(simulation, execution, state, seconds);
    if (execution.status === 'RUNNING') simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
  };
}

describe('An operator aborts the execution, and no copy is lost, the name is filled and nothing is left over', () => {
  it.each(TASKS)('at the beginning of %s', async (state) => {
    expect(await brokenBySwap({ world: worldFor(state), meanwhile: abortIn(state, 0) })).toEqual([]);
  });

  it.each(TASKS)('in the middle of %s', async (state) => {
    const seconds = MIDDLE_SECONDS[state] ?? 0.4;
    expect(await brokenBySwap({ world: worldFor(state), meanwhile: abortIn(state, seconds) })).toEqual([]);
  });
});

it('keeps the restored table when the run is aborted while it cleans up', async () => {
  const simulation = await open();
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await abortIn('Clean Up', 0.9)(simulation, execution);
    await simulation.finish(execution);
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
  } finally {
    simulation.close();
  }
});

it('undoes in a second attempt what the first could not, and waits anew for it', async () => {
  const faults = [
    // The first undo comes to an end before it has restored anything, the second has its way.
    {
      call: 'dynamodb:RestoreTableFromBackup',
      by: 'RestoreOriginalFunction',
      fault: 'accessDenied' as const,
      times: 3,
    },
    { call: 'dynamodb:UpdateItem', by: 'ReportSwapFunction', fault: 'accessDenied' as const },
  ];
  expect(await brokenBySwap({ faults, meanwhile: abortIn('Delete Original', 5) })).toEqual([]);
});

it('is undone when its execution is not there any more to say anything', async () => {
  const faults = [{ event: '*', fault: 'lose' as const, times: 'always' as const }];
  expect(await brokenBySwap({ faults, meanwhile: abortIn('Restore Original', 5) })).toEqual([]);
});

it('says when the duplicate of an aborted run was removed: once its restore, which cannot be stopped, has ended', async () => {
  const world = smallWorld({ tables: [parksTable()] });
  world.tableJobs = [{ Operation: 'Restore', Table: '*', DurationSeconds: 1800 }];
  expect(await brokenBySwap({ world, meanwhile: abortIn('Restore Duplicate', 60) })).toEqual([]);
});
