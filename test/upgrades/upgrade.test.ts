import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
import { inputWith, world as recoveryWorld } from '../../scenarios/efs-recovery/recovery';
import { notOwnWork } from '../../scenarios/own-work';
import * as fleet from '../../scenarios/pre-post-backup/invariants';
import { smallWorld as fleetWorld, scriptedInput } from '../../scenarios/pre-post-backup/small-fleet';
import { Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';

const DAY_SECONDS = 24 * 3600;

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
}

const FLEET: Run = { workflow: 'pre-post-backup', world: fleetWorld(), input: scriptedInput() };
const SWAP: Run = { workflow: 'dynamodb-swap-restore', world: parksWorld(), input: swapInput() };
const RESTORE: Run = {
  workflow: 'efs-copy-restore',
  world: recoveryWorld('efs-copy-restore'),
  input: inputWith('efs-copy-restore'),
};

const BACKUP: Run = { workflow: 'efs-backup', world: recoveryWorld('efs-backup'), input: inputWith('efs-backup') };
const DELETION: Run = {
  workflow: 'dynamodb-table-operation',
  world: parksWorld(),
  input: { Operation: 'DeleteTable', TableName: TABLE, ConfirmTableName: TABLE, RemoveDeletionProtection: true },
};
const TABLE_RESTORE: Run = {
  workflow: 'dynamodb-table-operation',
  world: parksWorld({
    tables: [],
    tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: parksTable({ Items: GOOD }) }],
  }),
  input: { Operation: 'RestoreFromBackup', TableName: TABLE, BackupArn: BACKUP_ARN },
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

/** Lets time pass until an execution of this state machine, or a child of one, enters `state`. */
async function untilIn(state: string, machine: string): Promise<void> {
  const { account, region } = simulation;
  const hasEntered = ({ history, machineName }: Execution) =>
    machineName.endsWith(`-${machine}`) &&
    history.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state);
  await account.clock.runUntil(() => [...region.stepFunctions.executions.values()].some(hasEntered), DAY_SECONDS);
}

/** Starts a run of the previous release and deploys this one over it when an execution enters `state`. */
async function upgradeIn(state: string, run: Run): Promise<Execution> {
  const execution = await start(run);
  await untilIn(state, run.workflow);
  await simulation.upgrade();
  return execution;
}

describe('A run that began before an upgrade', () => {
  it.each(['Find Instances', 'Run Pre Script', 'Stop Instances', 'Back Up Instances', 'Start Instances'])(
    'of a fleet ends as it should, upgraded in %s',
    async (state) => {
      const execution = await upgradeIn(state, FLEET);
      await fleet.settle(simulation, execution);

      expect(execution.status).toBe('SUCCEEDED');
      expect(fleet.brokenInvariants(simulation, execution)).toEqual([]);
    },
  );

  it.each(['Find Recovery Point', 'Copy Recovery Point', 'Restore File System'])(
    'of a file system ends as it should, upgraded in %s',
    async (state) => {
      const execution = await upgradeIn(state, RESTORE);
      await efs.settle(simulation, execution);

      expect(execution.status).toBe('SUCCEEDED');
      expect(efs.brokenInvariants(simulation, 'efs-copy-restore', execution)).toEqual([]);
    },
  );

  it.each(['Check Swap', 'Restore Duplicate', 'Ask Approval', 'Delete Original', 'Restore Original'])(
    'of a table ends as it should, upgraded in %s',
    async (state) => {
      const execution = await upgradeIn(state, SWAP);
      await simulation.finish(execution);

      expect(execution.status).toBe('SUCCEEDED');
      expect(tableOf(simulation)?.Items).toEqual(GOOD);
    },
  );

  it.each(['Check Backup', 'Back Up File System'])('of a backup ends as it should, upgraded in %s', async (state) => {
    const execution = await upgradeIn(state, BACKUP);
    await efs.settle(simulation, execution);

    expect(execution.status).toBe('SUCCEEDED');
    expect(efs.brokenInvariants(simulation, 'efs-backup', execution)).toEqual([]);
  });

  it.each(['Open Run', 'Back Up Table', 'Delete Table'])(
    'of a deletion ends as it should, upgraded in %s',
    async (state) => {
      const execution = await upgradeIn(state, DELETION);
      await simulation.finish(execution);

      expect(execution.status).toBe('SUCCEEDED');
      expect(tableNames(simulation)).toEqual([]);
    },
  );

  it('of a restore of a table ends as it should, upgraded in Restore Table', async () => {
    const execution = await upgradeIn('Restore Table', TABLE_RESTORE);
    await simulation.finish(execution);

    expect(execution.status).toBe('SUCCEEDED');
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
  });

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
    const upgraded = [FLEET, BACKUP, RESTORE, SWAP, DELETION].map(({ workflow }) => workflow);
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
