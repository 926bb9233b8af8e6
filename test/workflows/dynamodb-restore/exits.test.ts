import { brokenBySwap } from '../../../scenarios/dynamodb-restore/invariants';
import {
  BACKUP_ARN,
  GOOD,
  inBackup,
  open,
  parksTable,
  smallWorld,
  swapInput,
  tableOf,
  WRITTEN,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered, statesOf } from '../../../scenarios/states';
import type { Execution } from '../../../simulator/asl/execution';
import type { Fault } from '../../../simulator/faults';

/** How long after its entry a state is in its middle; others take a fraction of a second. */
const MIDDLE_SECONDS: Record<string, number> = {
  'Restore Duplicate': 10,
  'Wait For Duplicate': 10,
  'Back Up Original': 3,
  'Back Up Duplicate': 3,
  'Renew Fallback': 3,
  'Ask Approval': 10,
  'Delete Original': 5,
  'Restore Original': 10,
  'Restore Again': 10,
  'Restore Fallback': 10,
  'Make Index': 60,
};
/** Every state that does something or decides something. */
const statesThatDo = (machine: string) => statesOf(machine).filter(({ isEnd }) => !isEnd);
const namesOf = (states: { name: string }[]) => states.map(({ name }) => name);
const STATES = namesOf(statesThatDo('dynamodb-swap-restore'));
const TASKS = namesOf(statesOf('dynamodb-swap-restore').filter(({ type }) => type === 'Task'));
/** Those of the undo: most of them are the same, and a run that is stopped there comes to each on one of these ways. */
const UNDO_STATES = namesOf(statesThatDo('dynamodb-swap-restore-undo'));
/** States that only a run comes to whose restores under the name fail: once, or twice. */
const RESTORES_THAT_FAIL: Record<string, number> = {
  'Restore Again': 1,
  'Verify Again': 1,
  'Restore Fallback': 2,
  'Verify Fallback': 2,
};

function worldFor(state: string) {
  const Times = RESTORES_THAT_FAIL[state];
  const jobs = smallWorld().tableJobs ?? [];
  if (state === 'Make Index') return smallWorld({ tables: [indexedTable()], ...inBackup() });
  if (state === 'Renew Fallback') return smallWorld({ operator: { afterSeconds: 600 } });
  if (!Times) return smallWorld();
  return smallWorld({
    tableJobs: [{ Operation: 'Restore', Table: 'ParksAr', DurationSeconds: 20, Fails: true, Times }, ...jobs],
  });
}

/** A run comes to these states only when it is refused something: after it has begun the restore, or in a check. */
function faultsFor(state: string): Fault[] {
  if (state === 'Verify Later') return [{ call: 'dynamodb:Scan', by: 'VerifyOriginalFunction', fault: 'accessDenied' }];
  if (state !== 'Wait For Duplicate') return [];
  return [{ call: 'dynamodb:GetItem', by: 'RestoreDuplicateFunction', fault: 'accessDenied', nth: 2 }];
}

/** Only data from before the index leaves one to be made again; a fallback is made anew once it is too old. */
function inputFor(state: string) {
  if (state === 'Renew Fallback') return { FallbackMaxAgeMinutes: 5 };
  return state === 'Make Index' ? { Source: { Type: 'Backup', BackupArn: BACKUP_ARN } } : {};
}

function setUpFor(state: string) {
  return { world: worldFor(state), input: inputFor(state), faults: faultsFor(state) };
}

function indexedTable() {
  return parksTable({
    AttributeDefinitions: ['pk', 'Name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'ByName',
        KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
}

async function reach(simulation: Simulation, execution: Execution, state: string, seconds: number): Promise<void> {
  const { clock } = simulation.account;
  const isThere = () => hasEntered(execution, state);
  await clock.runUntil(isThere, 24 * 3600);
  if (seconds > 0) await clock.runUntil(clock.sleep(seconds), seconds + 1);
}

function abortIn(state: string, seconds: number) {
  return async (simulation: Simulation, execution: Execution) => {
    await reach(simulation, execution, state, seconds);
    if (execution.status === 'RUNNING') simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
  };
}

/** Stops the undo, which no operator should do, when it comes to a state; the run was stopped in `from`. */
function abortUndoIn(state: string, from: string, seconds: number) {
  return async (simulation: Simulation, execution: Execution) => {
    const { clock } = simulation.account;
    const isDeleting = () => simulation.region.dynamodb.tables.get('ParksAr')?.status === 'DELETING';
    if (from === 'Delete Original') await clock.runUntil(isDeleting, 3600);
    await abortIn(from, 2)(simulation, execution);
    const { executions } = simulation.region.stepFunctions;
    const undo = () => [...executions.values()].find(({ name }) => name.endsWith('-undo-1'));
    await clock.runUntil(() => undo() !== undefined || simulation.isQuiet(), 24 * 3600);
    const first = undo();
    if (!first) return;
    const isThere = () => hasEntered(first, state);
    await clock.runUntil(() => isThere() || first.status !== 'RUNNING', 24 * 3600);
    if (!isThere()) {
      const seen = first.history.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
      throw new Error(`The undo did not come to ${state}: ${seen}`);
    }
    await clock.runUntil(clock.sleep(seconds), seconds + 1);
    if (first.status === 'RUNNING') simulation.region.stepFunctions.StopExecution({ executionArn: first.arn });
  };
}

/** Where the run has to be stopped, so that its undo comes to a state. */
function stoppedIn(undoState: string): string {
  if (undoState === 'Wait For Duplicate') return 'Restore Duplicate';
  if (undoState === 'Make Index') return 'Make Index';
  return 'Delete Original';
}

describe('An operator aborts the execution, and no copy is lost, the name is filled and nothing is left over', () => {
  it.each(STATES)('at the beginning of %s', async (state) => {
    const meanwhile = abortIn(state, 0);
    expect(await brokenBySwap({ ...setUpFor(state), meanwhile })).toEqual([]);
  });

  it.each(TASKS)('in the middle of %s', async (state) => {
    const meanwhile = abortIn(state, MIDDLE_SECONDS[state] ?? 0.4);
    expect(await brokenBySwap({ ...setUpFor(state), meanwhile })).toEqual([]);
  });
});

describe('An operator aborts the undo too, and another one does all the same', () => {
  it.each(UNDO_STATES)('in %s', async (state) => {
    const isTask = MIDDLE_SECONDS[state] !== undefined;
    const meanwhile = abortUndoIn(state, stoppedIn(state), isTask ? 5 : 0);
    expect(await brokenBySwap({ ...setUpFor(state), meanwhile })).toEqual([]);
  });
});

/** Redrives the stopped execution, which takes up the state that it was in, so many seconds after its end. */
function redriveAfter(seconds: number, abort: ReturnType<typeof abortIn>) {
  return async (simulation: Simulation, execution: Execution) => {
    const { clock } = simulation.account;
    await abort(simulation, execution);
    if (seconds > 0) await clock.runUntil(clock.sleep(seconds), seconds + 1);
    simulation.region.stepFunctions.RedriveExecution({ executionArn: execution.arn });
  };
}

describe('A run whose aborted execution an operator redrives ends once, with no copy lost:', () => {
  // At "Succeeded?" nothing can be stopped any more: the execution is over with it.
  it.each(STATES.filter((state) => state !== 'Succeeded?'))(
    'does so when it was stopped at the beginning of %s and redriven before its undo began',
    async (state) => {
      const meanwhile = redriveAfter(0, abortIn(state, 0));
      expect(await brokenBySwap({ ...setUpFor(state), meanwhile })).toEqual([]);
    },
  );

  it.each([
    ...TASKS.map((state) => [state, 61] as const),
    // Moments at which the two got in each other's way.
    ['Back Up Duplicate', 40] as const,
    ['Delete Original', 62] as const,
    ['Delete Original', 67] as const,
  ])(
    'does so when it was stopped in the middle of %s and redriven %s s later, while the undo works',
    async (state, seconds) => {
      const meanwhile = redriveAfter(seconds, abortIn(state, MIDDLE_SECONDS[state] ?? 0.4));
      expect(await brokenBySwap({ ...setUpFor(state), meanwhile })).toEqual([]);
    },
  );

  it.each(TASKS)('stopped in the middle of %s, and the run continues as its undo has not begun', async (state) => {
    const redrive = redriveAfter(5, abortIn(state, MIDDLE_SECONDS[state] ?? 0.4));
    let status = () => '';
    const meanwhile = async (simulation: Simulation, execution: Execution) => {
      await redrive(simulation, execution);
      status = () => execution.status;
    };
    // The first such event says that the execution has begun, the second that it was aborted.
    const lost: Fault = { event: 'Step Functions Execution Status Change', nth: 2, fault: 'lose' };
    const { faults, ...setUp } = setUpFor(state);
    expect(await brokenBySwap({ ...setUp, meanwhile, faults: [...faults, lost] })).toEqual([]);
    const isLost = ['Restore Fallback', 'Verify Fallback', 'Wait For Duplicate'].includes(state);
    expect(status()).toBe(isLost ? 'FAILED' : 'SUCCEEDED');
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

it('keeps what was written to the table from the fallback when the run is aborted before its check', async () => {
  const { world, input } = setUpFor('Verify Fallback');
  const simulation = await open(world);
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput(input));
    await abortIn('Verify Fallback', 0)(simulation, execution);
    simulation.region.dynamodb.PutItem({ TableName: 'ParksAr', Item: { pk: { S: WRITTEN } } });
    await simulation.finish(execution);
    expect(tableOf(simulation)?.Items).toContainEqual({ pk: WRITTEN });
    expect(simulation.runRecord(execution)).toMatchObject({
      outcome: 'FAILED',
      report: { DataUnderName: 'original, restored from the fallback' },
    });
  } finally {
    simulation.close();
  }
});

it('undoes in a second attempt what the first could not, and waits anew for it', async () => {
  const faults = [
    // The first call is the rehearsal. The first undo ends before it has restored anything, the second has its way.
    {
      call: 'dynamodb:RestoreTableFromBackup',
      by: 'RestoreOriginalFunction',
      fault: 'accessDenied' as const,
      nth: 2,
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
