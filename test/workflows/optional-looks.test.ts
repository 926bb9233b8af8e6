import { readFileSync } from 'node:fs';
import {
  fromPoint,
  inVault,
  open,
  output,
  parksTable,
  run,
  swapInput,
  TABLE,
  smallWorld as tableWorld,
  untilAsked,
} from '../../scenarios/dynamodb-restore/parks';
import { MIXED, run as restoreItems, worldOf } from '../../scenarios/item-restore/items';
import { scriptedInput, smallWorld as smallFleet } from '../../scenarios/pre-post-backup/small-fleet';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Fault } from '../../simulator/faults';

const STREAM = { StreamSpecification: { StreamEnabled: true as const, StreamViewType: 'NEW_IMAGE' as const } };
/** No answer for good, and none for longer than a state is retried. */
const FAULTS = ['accessDenied', 'serverError', 'timeout'] as const;
const always = (call: string, by: string, fault: (typeof FAULTS)[number] | 'throttle'): Fault => ({
  call,
  by,
  fault,
  times: 'always',
});

const fileOf = (name: string) => JSON.parse(readFileSync(`events/${name}.json`, 'utf8'));

interface Subject {
  by: string;
  world: () => World;
  input: () => unknown;
  calls: string[];
}

/** What preflights look at to warn early. In the disaster of efs-copy-restore the region of IAM may be the one that is down. */
const SUBJECTS: Record<string, Subject> = {
  'pre-post-backup': {
    by: 'Check',
    world: smallFleet,
    input: scriptedInput,
    calls: [
      'iam:SimulatePrincipalPolicy',
      'backup:DescribeRegionSettings',
      'backup:ListBackupJobs',
      'ec2:DescribeInstanceAttribute',
      'ec2:DescribeVolumes',
    ],
  },
  'efs-backup': {
    by: 'CheckEfsBackupFunction',
    world: () => defaultWorld('efs-backup'),
    input: () => exampleInput('efs-backup'),
    calls: ['iam:SimulatePrincipalPolicy', 'backup:DescribeRegionSettings'],
  },
  'efs-copy-restore': {
    by: 'CheckRecoveryFunction',
    world: () => fileOf('worlds/efs-source-region-down'),
    input: () => fileOf('efs-copy-restore-source-region-down'),
    calls: ['iam:SimulatePrincipalPolicy', 'backup:DescribeRegionSettings'],
  },
};
const LOOKS = Object.entries(SUBJECTS).flatMap(([workflow, { calls }]) =>
  calls.map((call) => [workflow, call] as const),
);

describe('A look that only warns ends no run, and is told', () => {
  let simulation: Simulation;
  afterEach(() => simulation?.close());

  async function runWith(workflow: string, call: string, fault: (typeof FAULTS)[number]) {
    const { by, world, input } = SUBJECTS[workflow] as Subject;
    const functions = by === 'Check' ? ['CheckFleetFunction', 'CheckGroupFunction'] : [by];
    const faults = functions.map((each) => always(call, each, fault));
    simulation = await Simulation.open({ world: world(), faults });
    const execution = simulation.start(workflow, input());
    await simulation.finish(execution);
    return execution;
  }
  const told = () => simulation.region.sns.published.map(({ message }) => message).join('\n');

  describe.each(FAULTS)('(%s)', (fault) => {
    it.each(LOOKS)('in %s: %s', async (workflow, call) => {
      const execution = await runWith(workflow, call, fault);
      expect(execution.cause).toBeUndefined();
      expect(told()).toMatch(/could not be looked (up|at)/);
    });
  });

  it.each(Object.keys(SUBJECTS))('in %s: at the role, while IAM does not answer', async (workflow) => {
    const execution = await runWith(workflow, 'iam:GetRole', 'timeout');
    expect(execution.cause).toBeUndefined();
    expect(told()).toMatch(/the role \S+ could not be looked at/);
  });

  it.each([
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:SimulatePrincipalPolicy',
    'backup:DescribeRegionSettings',
  ])('in dynamodb-swap-restore: %s', async (call) => {
    const faults = [always(call, 'CheckSwapFunction', 'serverError')];
    await run({ world: tableWorld(inVault()), input: fromPoint, faults }, (_simulation, execution) =>
      expect(execution.cause).toBeUndefined(),
    );
  });
});

describe('A look that only informs ends no run', () => {
  it('of the tables that are being restored, also when every answer is a throttle', async () => {
    const faults = [always('dynamodb:ListTables', 'CheckSwapFunction', 'throttle')];
    await run({ faults }, (_simulation, execution) => expect(execution.cause).toBeUndefined());
  });

  it('of the pipes that read the stream, also while EventBridge does not answer', async () => {
    const world = tableWorld({ tables: [parksTable(STREAM)] });
    const faults = ['OpenSwapFunction', 'CheckDeletionFunction'].map((by) => always('pipes:ListPipes', by, 'throttle'));
    await run({ world, faults }, (_simulation, execution) =>
      expect(output(execution).ReadersNotMoved).toEqual([expect.stringContaining('could not be looked up')]),
    );
  });

  it.each(['throttle', 'accessDenied'] as const)('of the exports that are being made (%s)', async (fault) => {
    const faults = [always('dynamodb:ListExports', 'CheckItemRestoreFunction', fault)];
    await restoreItems({ faults }, (_simulation, execution) => expect(execution.cause).toBeUndefined());
  });

  it('of the functions that read the stream, also while Lambda does not answer', async () => {
    const faults = [always('lambda:ListEventSourceMappings', 'CheckItemRestoreFunction', 'throttle')];
    await restoreItems({ faults, world: worldOf(MIXED, {}, STREAM) }, (_simulation, execution) =>
      expect(execution.cause).toBeUndefined(),
    );
  });

  it('of past backups, for the times of a dry run', async () => {
    const faults = [always('backup:ListRecoveryPointsByBackupVault', 'ReportRunFunction', 'throttle')];
    const simulation = await Simulation.open({ world: smallFleet(), faults });
    try {
      const execution = simulation.start('pre-post-backup', { ...scriptedInput(), DryRun: true });
      await simulation.finish(execution);
      expect(execution.cause).toBeUndefined();
      expect(execution.output).toContain('could not be listed');
    } finally {
      simulation.close();
    }
  });
});

it('says who reads the stream by the time of the deletion, also who came while the approval was asked for', async () => {
  const simulation = await open(tableWorld({ tables: [parksTable(STREAM)] }));
  try {
    const execution = await untilAsked(simulation, swapInput());
    simulation.region.pipes.load([{ Name: 'late', TableName: TABLE }]);
    await simulation.finish(execution);
    expect(output(execution).ReadersNotMoved).toEqual([expect.stringContaining('pipe/late reads the stream')]);
  } finally {
    simulation.close();
  }
});
