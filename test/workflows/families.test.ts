import { checkLeftBehind } from '../../cli/checks';
import { daysPass, smallWorld, swapInput, TABLE } from '../../scenarios/dynamodb-restore/parks';
import { operatorSession } from '../../scenarios/operator-session';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { deployTemplate } from '../../simulator/cloudformation';
import { neededGrants } from '../../simulator/iam/authorize';

const FAMILIES: Record<string, string[]> = {
  PrePostBackup: ['pre-post-backup'],
  EfsRecovery: ['efs-backup', 'efs-copy-restore'],
  DynamodbRestore: ['dynamodb-swap-restore', 'dynamodb-table-operation'],
  ItemRestore: ['dynamodb-item-restore'],
  RestoreTesting: ['restore-test'],
};
const NAMES = Object.keys(FAMILIES);
const DAY_SECONDS = 86_400;
/** What a family that was left out must not leave behind. */
const LEFT_BY_NOBODY = /Function|Role|Alarm|Rule|Schedule|StateMachine|Permission/;

const combinations = Array.from({ length: 2 ** NAMES.length }, (_, bits) =>
  NAMES.filter((_name, index) => Math.floor(bits / 2 ** index) % 2 === 1),
);
const without = (absent: string[]) => Object.fromEntries(absent.map((name) => [name, 'No']));

function open(absent: string[], world: World = defaultWorld('pre-post-backup')): Promise<Simulation> {
  return Simulation.open({ world: { ...world, parameters: { ...world.parameters, ...without(absent) } } });
}

async function idsWithout(absent: string[]): Promise<Set<string>> {
  const simulation = await open(absent);
  simulation.close();
  return new Set(simulation.stack.resources.keys());
}

/** Everything that roles and shared policies of the stack say, as text. */
function rightsOf({ region, stack }: Simulation): string {
  const policies = [...stack.resources.values()]
    .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy' || type === 'AWS::IAM::Role')
    .map(({ properties }) => JSON.stringify(properties));
  return [...policies, ...region.iam.customerPolicies.values()].join('\n');
}

describe('A stack', () => {
  it('has of each combination of families all that it needs, and of absent ones nothing', async () => {
    // Prepare
    const full = await idsWithout([]);
    const own = new Map<string, string[]>();
    for (const name of NAMES) {
      const others = await idsWithout([name]);
      own.set(
        name,
        [...full].filter((id) => !others.has(id)),
      );
    }

    for (const present of combinations) {
      // Act
      const absent = NAMES.filter((name) => !present.includes(name));
      const simulation = await open(absent);

      // Assess
      const ids = [...simulation.stack.resources.keys()];
      const rights = rightsOf(simulation);
      const outputs = Object.keys(simulation.stack.outputs).join();
      for (const name of absent) {
        expect(ids.filter((id) => own.get(name)?.includes(id))).toEqual([]);
        for (const workflow of FAMILIES[name] ?? [])
          expect([present, workflow, rights.includes(`-${workflow}`)]).toEqual([present, workflow, false]);
      }
      for (const name of present) expect(ids).toEqual(expect.arrayContaining(own.get(name) ?? []));
      expect([present, outputs.includes('StateMachineArn')]).toEqual([present, present.length > 0]);
      simulation.close();
    }
  }, 120_000);

  it('without any family has no function but the reconciler', async () => {
    const ids = [...(await idsWithout(NAMES))];
    const shared =
      /^Reconcile|^Wake|LogGroup$|^FunctionErrorsMetric$|^(NotificationsGivenUp|RunsFailed|FailedEvents)Alarm$/;
    expect(ids.filter((id) => LEFT_BY_NOBODY.test(id) && !shared.test(id))).toEqual([]);
  });
});

describe('A family alone', () => {
  it.each(Object.entries(FAMILIES).flatMap(([family, all]) => all.map((workflow) => [workflow, family] as const)))(
    'runs %s, of %s, with the rights of its own stack',
    async (workflow, family) => {
      const simulation = await open(
        NAMES.filter((name) => name !== family),
        defaultWorld(workflow),
      );
      try {
        const execution = simulation.start(workflow, exampleInput(workflow));
        await simulation.finish(execution);
        expect(execution).toMatchObject({ status: 'SUCCEEDED' });
        expect(neededGrants(simulation.account).refusals).toEqual([]);
        expect(simulation.runRecord(execution)).toMatchObject({ outcome: 'SUCCEEDED' });
      } finally {
        simulation.close();
      }
    },
  );

  it.each(Object.entries(FAMILIES).flatMap(([family, all]) => all.map((workflow) => [workflow, family] as const)))(
    'undoes a run of %s, of %s, that was stopped',
    async (workflow, family) => {
      const simulation = await open(
        NAMES.filter((name) => name !== family),
        defaultWorld(workflow),
      );
      try {
        const execution = simulation.start(workflow, exampleInput(workflow));
        const { clock } = simulation.account;
        await clock.runUntil(
          () => execution.status !== 'RUNNING' || simulation.runRecord(execution) !== undefined,
          3600,
        );
        simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
        await simulation.finish(execution);
        expect(simulation.runRecord(execution)).toMatchObject({ outcome: 'FAILED' });
        expect(neededGrants(simulation.account).refusals).toEqual([]);
      } finally {
        simulation.close();
      }
    },
  );
});

describe('A family that is switched off in a deployed stack', () => {
  it('leaves its data: records, fallbacks, the vault and the bucket of item restores', async () => {
    // Prepare
    const simulation = await open([], smallWorld());
    try {
      const { account, region, stack } = simulation;
      const swap = simulation.start('dynamodb-swap-restore', swapInput());
      await simulation.finish(swap);
      const bucket = stack.resource('ItemRestoreBucket').physicalId;
      const fallbacks = () =>
        region.dynamodb.backups.present().flatMap(({ name }) => (name.includes('--orig-') ? [name] : []));
      const kept = fallbacks();
      const vaults = region.backup.vaults.names();
      expect(kept).toHaveLength(1);

      // Act
      const parameters = { ...smallWorld().parameters, ...without(NAMES) };
      const deployment = deployTemplate(region, { templatePath: 'template.yaml', stackName: stack.name, parameters });
      await account.clock.runUntil(deployment, DAY_SECONDS);
      await daysPass(simulation, 30);
      const said = await account.clock.runUntil(checkLeftBehind(operatorSession(simulation)), 3600);

      // Assess
      expect(fallbacks()).toEqual(kept);
      expect(said).toEqual([expect.objectContaining({ subject: expect.stringContaining('/backup/') })]);
      expect(region.backup.vaults.names()).toEqual(vaults);
      expect(simulation.runRecord(swap)).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(region.s3.keys(bucket)).toEqual([]);
      expect([...region.lambda.functions.keys()].filter((name) => !/ReconcileWaits/.test(name))).toEqual([]);
      expect(region.dynamodb.DescribeTable({ TableName: TABLE }).Table?.TableStatus).toBe('ACTIVE');
    } finally {
      simulation.close();
    }
  });
});
