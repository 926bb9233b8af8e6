import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GOOD, smallWorld as parksWorld, swapInput, tableOf } from '../../scripts/bench/swap/parks';
import type { Execution } from '../../simulator/asl/execution';
import { Simulation } from '../../simulator/simulation';
import type { World } from '../../simulator/world';
import * as efs from '../workflows/efs-recovery/invariants';
import { inputWith, world as recoveryWorld } from '../workflows/efs-recovery/recovery';
import * as fleet from '../workflows/pre-post-backup/invariants';
import { smallWorld as fleetWorld, scriptedInput } from '../workflows/pre-post-backup/small-fleet';

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

afterEach(() => simulation.close());
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

/** Starts a run of the previous release and deploys this one over it when an execution enters `state`. */
async function upgradeIn(state: string, { workflow, world, input }: Run): Promise<Execution> {
  simulation = await Simulation.open({ world, templatePath: join(previous, 'template.yaml') });
  const execution = simulation.start(workflow, input);
  const { account, region } = simulation;
  const hasEntered = ({ history }: Execution) =>
    history.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state);
  await account.clock.runUntil(() => [...region.stepFunctions.executions.values()].some(hasEntered), DAY_SECONDS);
  await simulation.upgrade();
  return execution;
}

describe('a run that began before an upgrade', () => {
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

  it('is undone by the new release when it is aborted after the upgrade', async () => {
    const execution = await upgradeIn('Back Up Instances', FLEET);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await fleet.settle(simulation, execution);

    expect(execution.status).toBe('ABORTED');
    expect(fleet.brokenInvariants(simulation, execution)).toEqual([]);
  });
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
