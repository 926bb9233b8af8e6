import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  BACKUP_ARN,
  daysPass,
  GOOD,
  parksTable,
  smallWorld as parksWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
} from '../../scenarios/dynamodb-restore/parks';
import * as efs from '../../scenarios/efs-recovery/invariants';
import { inputWith, world as recoveryWorld, type Workflow } from '../../scenarios/efs-recovery/recovery';
import { failing } from '../../scenarios/fault-matrix';
import { notOwnWork } from '../../scenarios/own-work';
import * as fleet from '../../scenarios/pre-post-backup/invariants';
import { smallWorld as fleetWorld, scriptedInput } from '../../scenarios/pre-post-backup/small-fleet';
import { Simulation } from '../../scenarios/simulation';
import { hasEntered } from '../../scenarios/states';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';
import { isRead } from '../../simulator/faults';

const DAY_SECONDS = 24 * 3600;

jest.setTimeout(600_000);

let previous: string;
let simulation: Simulation;

beforeAll(() => {
  // Below node_modules, so that the old code finds its packages.
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  previous = mkdtempSync(join(cache, 'previous-release-'));
  const { status, stderr } = spawnSync('tar', ['-xzf', join(__dirname, 'previous-release.tar.gz'), '-C', previous]);
  if (status !== 0) throw new Error(`The previous release cannot be unpacked: ${stderr}`);
});

afterEach(() => simulation?.close());
afterAll(() => rmSync(previous, { recursive: true, force: true }));

interface Run {
  workflow: string;
  world: World;
  input: unknown;
  /** Lets the run come to its end; returns what does not hold whatever its end is. */
  settle: (execution: Execution) => Promise<string[]>;
  /** What does not hold after a success. */
  missing: (execution: Execution) => string[];
}

const FLEET: Run = {
  workflow: 'pre-post-backup',
  world: fleetWorld(),
  input: scriptedInput(),
  settle: async (execution) => {
    await fleet.settle(simulation, execution);
    return fleet.brokenInvariants(simulation, execution);
  },
  missing: () => [],
};

function efsRun(workflow: Workflow): Run {
  return {
    workflow,
    world: recoveryWorld(workflow),
    input: inputWith(workflow),
    settle: async (execution) => {
      await efs.settle(simulation, execution);
      return efs.brokenInvariants(simulation, workflow, execution);
    },
    missing: () => [],
  };
}
const RESTORE = efsRun('efs-copy-restore');
const BACKUP = efsRun('efs-backup');

function tableRun(workflow: string, world: World, input: unknown, isRight: () => boolean): Run {
  return {
    workflow,
    world,
    input,
    settle: async (execution) => {
      await simulation.finish(execution);
      return simulation.items('LocksTable').map(() => 'a lock is left');
    },
    missing: () => (isRight() ? [] : ['the table is not as it should be']),
  };
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));
const hasGoodItems = () => isDeepStrictEqual(plain(tableOf(simulation)?.Items), plain(GOOD));
const SWAP = tableRun('dynamodb-swap-restore', parksWorld(), swapInput(), hasGoodItems);
const DELETION = tableRun(
  'dynamodb-table-operation',
  parksWorld(),
  { Operation: 'DeleteTable', TableName: TABLE, ConfirmTableName: TABLE, RemoveDeletionProtection: true },
  () => tableNames(simulation).length === 0,
);
const TABLE_RESTORE = tableRun(
  'dynamodb-table-operation',
  parksWorld({
    tables: [],
    tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: parksTable({ Items: GOOD }) }],
  }),
  { Operation: 'RestoreFromBackup', TableName: TABLE, BackupArn: BACKUP_ARN },
  hasGoodItems,
);

const RUNS = {
  'a fleet': FLEET,
  'a backup': BACKUP,
  'a file system': RESTORE,
  'a table': SWAP,
  'a deletion': DELETION,
  'a restore of a table': TABLE_RESTORE,
};

/** Where a run is stopped, and where its undo is when the new release comes: every undo of the previous release. */
const UNDOS: [undo: string, run: Run, stoppedIn: string, upgradedIn: string][] = [
  ['pre-post-backup-undo', FLEET, 'Back Up Instances', 'Run Post Script'],
  ['efs-recovery-undo', RESTORE, 'Restore File System', 'Wait For Restore'],
  ['dynamodb-swap-restore-undo', SWAP, 'Restore Duplicate', 'Wait For Duplicate'],
  ['dynamodb-table-operation-undo', DELETION, 'Delete Table', 'Undo Operation'],
];

/** Starts a run of the previous release. */
async function start({ workflow, world, input }: Run): Promise<Execution> {
  simulation = await Simulation.open({ world, templatePath: join(previous, 'template.yaml') });
  return simulation.start(workflow, input);
}

/** The executions of a state machine, and their children. */
function executionsOf(machine: string): Execution[] {
  const all = [...simulation.region.stepFunctions.executions.values()];
  return all.filter(({ machineName }) => machineName.endsWith(`-${machine}`));
}

/** Lets time pass until an execution of this state machine, or a child of one, enters `state`. */
async function untilIn(state: string, machine: string): Promise<void> {
  const isThere = () => executionsOf(machine).some((execution) => hasEntered(execution, state));
  await simulation.account.clock.runUntil(isThere, DAY_SECONDS);
}

/** Starts a run of the previous release and deploys this one over it when an execution enters `state`. */
async function upgradeIn(state: string, run: Run): Promise<Execution> {
  const execution = await start(run);
  await untilIn(state, run.workflow);
  await simulation.upgrade();
  return execution;
}

/** Calls that change something outside of the run's own record. */
function changes(): string[] {
  const own = /^(dynamodb:(Put|Update|Delete|BatchWrite)Item|sns:|states:|sts:)/;
  const made = simulation.account.endpoint.calls.map(({ call }) => call);
  return [...new Set(made.filter((call) => !isRead(call) && !own.test(call)))];
}

/** What does not hold after a run of the previous release over which this one was deployed in `state`. */
async function brokenBy(run: Run, state: string, isInPreflight: boolean): Promise<string[]> {
  const execution = await upgradeIn(state, run);
  try {
    const broken = await run.settle(execution);
    if (execution.status === 'SUCCEEDED') return [...broken, ...run.missing(execution)];
    const isRefused = isInPreflight && execution.status === 'FAILED';
    return [...broken, ...(isRefused ? changes() : [`${execution.status}: ${execution.error} ${execution.cause}`])];
  } finally {
    simulation.close();
  }
}

/** The states that a run of the previous release enters when nothing goes wrong. */
async function statesOf(run: Run): Promise<string[]> {
  const execution = await start(run);
  await run.settle(execution);
  const entered = executionsOf(run.workflow).flatMap(({ history }) =>
    history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
  );
  simulation.close();
  expect(execution.status).toBe('SUCCEEDED');
  return [...new Set(entered)];
}

describe('A run that began before an upgrade', () => {
  it.each(Object.entries(RUNS))(
    'of %s ends as it should, or was refused before it changed anything, whatever state it is in',
    async (_, run) => {
      const states = await statesOf(run);
      const opened = states.indexOf('Open Run');
      expect(opened).toBeGreaterThan(0);
      expect(await failing(states, (state) => brokenBy(run, state, states.indexOf(state) < opened))).toEqual([]);
    },
  );

  it.each(UNDOS)(
    'is undone once when it was stopped, and %s was upgraded',
    async (undo, run, stoppedIn, upgradedIn) => {
      const execution = await start(run);
      await untilIn(stoppedIn, run.workflow);
      simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
      await untilIn(upgradedIn, undo);
      await simulation.upgrade();
      await simulation.finish(execution);

      const undone = [...simulation.region.stepFunctions.executions.values()].filter(({ name }) => /-undo-/.test(name));
      expect(undone.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect(simulation.runRecord(execution)).toMatchObject({ outcome: 'FAILED', notifiedAt: expect.any(Number) });
      expect(simulation.items('LocksTable')).toEqual([]);
    },
  );

  it('was a run of any state machine that there was', () => {
    const machines = readdirSync(join(previous, 'statemachines')).map((file) => file.replace('.asl.json', ''));
    const upgraded = new Set(Object.values(RUNS).map(({ workflow }) => workflow));
    expect([...upgraded, ...UNDOS.map(([undo]) => undo)].sort()).toEqual(machines.sort());
  });

  it('is undone by the new release when it is aborted after the upgrade', async () => {
    const execution = await upgradeIn('Back Up Instances', FLEET);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await fleet.settle(simulation, execution);

    expect(execution.status).toBe('ABORTED');
    expect(fleet.brokenInvariants(simulation, execution)).toEqual([]);
  });
});

it('an execution of the release before whose name was used before does nothing, which the check of own work finds', async () => {
  const first = await start(BACKUP);
  await simulation.finish(first);
  expect(notOwnWork(simulation, first)).toEqual([]);
  await daysPass(simulation, 91);

  const second = simulation.start(BACKUP.workflow, BACKUP.input);
  await simulation.finish(second);

  expect(second.status).toBe('SUCCEEDED');
  expect(notOwnWork(simulation, second)).toEqual(['SUCCEEDED with the work of another run']);
});

it('a run that begins after an upgrade has the code of this release', async () => {
  simulation = await Simulation.open({ world: FLEET.world, templatePath: join(previous, 'template.yaml') });
  const sources = () => [...simulation.region.lambda.functions.values()].map(({ configuration: c }) => c.entryPoint);
  expect(sources().filter((source) => !source.startsWith(previous))).toEqual([]);
  await simulation.upgrade();
  expect(sources().filter((source) => source.startsWith(previous))).toEqual([]);

  const execution = simulation.start(FLEET.workflow, FLEET.input);
  await fleet.settle(simulation, execution);

  expect(execution.status).toBe('SUCCEEDED');
  expect(fleet.brokenInvariants(simulation, execution)).toEqual([]);
});

it('is refused as by CloudFormation when a table gets two indexes at once', async () => {
  const old = readFileSync(join(previous, 'template.yaml'), 'utf8');
  const index = (name: string) =>
    `        - IndexName: ${name}\n          KeySchema: [{ AttributeName: open, KeyType: HASH }]\n          Projection: { ProjectionType: KEYS_ONLY }\n`;
  const first = '        - IndexName: due\n';
  const path = join(previous, 'two-indexes.yaml');
  const attribute = '        - { AttributeName: due, AttributeType: S }\n';
  writeFileSync(
    path,
    old
      .replace(first, index('one') + index('two') + first)
      .replace(attribute, `${attribute}        - { AttributeName: open, AttributeType: S }\n`),
  );
  simulation = await Simulation.open({ world: FLEET.world, templatePath: join(previous, 'template.yaml') });

  await expect(simulation.upgrade(path)).rejects.toThrow('Cannot perform more than one GSI creation or deletion');
});
