import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptedInput, smallWorld } from '../../scenarios/pre-post-backup/small-fleet';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import { hasEntered } from '../../scenarios/states';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';
import type { PolicyDocument } from '../../simulator/iam/policy';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a';
const DAY_SECONDS = 24 * 3600;
/** How often the reconciler asks after the execution of a run. */
const LOOK_AGAIN_SECONDS = 300;

let simulation: Simulation;

afterEach(() => simulation.close());

/** The policy that docs/operations.md tells the operator to give the key. */
function documentedPolicy(): PolicyDocument {
  const text = readFileSync(join(__dirname, '../../docs/encryption-key-policy.json'), 'utf8');
  return JSON.parse(text.replaceAll('ACCOUNT', '111122223333').replaceAll('REGION', 'eu-west-1'));
}

async function open(world: World, parameters: Record<string, string> = {}): Promise<void> {
  const all = { ...world.parameters, ...parameters, EncryptionKeyArn: KEY };
  const keys = [...(world.keys ?? []), { KeyId: KEY.slice(KEY.indexOf('/') + 1), Policy: { ...documentedPolicy() } }];
  simulation = await Simulation.open({ world: { ...world, keys, parameters: all } });
}

/** Stops a run when it, or a child of it, enters `state`. */
async function stopIn(state: string, execution: Execution): Promise<void> {
  const { account, region } = simulation;
  const executions = () => [...region.stepFunctions.executions.values()];
  await account.clock.runUntil(() => executions().some((each) => hasEntered(each, state)), DAY_SECONDS);
  region.stepFunctions.StopExecution({ executionArn: execution.arn });
}

const undos = () =>
  [...simulation.region.stepFunctions.executions.values()].filter(({ name }) => /-undo-\d$/.test(name));

describe('With a key of the customer', () => {
  it.each([
    ['pre-post-backup', 'Stop Instances'],
    ['efs-copy-restore', 'Copy Recovery Point'],
    ['dynamodb-swap-restore', 'Restore Duplicate'],
    ['dynamodb-table-operation', 'Back Up Table'],
  ])('a run of %s that is stopped is undone by roles that may use the key', async (workflow, state) => {
    await open(defaultWorld(workflow));

    const execution = simulation.start(workflow, exampleInput(workflow));
    await stopIn(state, execution);
    await simulation.finish(execution);

    expect(undos().map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(simulation.runRecord(execution)).toMatchObject({ outcome: 'FAILED', notifiedAt: expect.any(Number) });
    expect(simulation.runRecord(execution)?.open).toBeUndefined();
  });

  it('a run of dynamodb-item-restore exports, plans and writes with it', async () => {
    await open(defaultWorld('dynamodb-item-restore'));

    const execution = simulation.start('dynamodb-item-restore', exampleInput('dynamodb-item-restore'));
    await simulation.finish(execution);

    expect(execution.status).toBe('SUCCEEDED');
    expect(simulation.account.endpoint.calls.filter(({ outcome }) => outcome.startsWith('AccessDenied'))).toEqual([]);
  });

  it('an undo that was stopped is begun again at once, though the event does not tell whose it was', async () => {
    await open(smallWorld());
    const execution = simulation.start('pre-post-backup', scriptedInput());
    await stopIn('Stop Instances', execution);
    await simulation.account.clock.runUntil(() => undos().length === 1, DAY_SECONDS);
    const [first] = undos() as [Execution];

    simulation.region.stepFunctions.StopExecution({ executionArn: first.arn });
    await simulation.finish(execution);

    const [, second] = undos() as [Execution, Execution];
    expect(second.status).toBe('SUCCEEDED');
    const waited = (second.startDate.getTime() - (first.stopDate?.getTime() ?? 0)) / 1000;
    expect(waited).toBeLessThan(LOOK_AGAIN_SECONDS);
  });

  it('schedules start their runs', async () => {
    const parameters = ['PrePostBackup', 'EfsBackup', 'EfsToEfs'].flatMap((name) => [
      [`${name}ScheduleState`, 'ENABLED'],
      [`${name}ScheduleExpression`, 'cron(5 2 * * ? *)'],
    ]);
    await open(defaultWorld('efs-to-efs'), Object.fromEntries(parameters));

    await simulation.account.clock.runUntil(simulation.account.clock.sleep(600), 601);

    const started = [...simulation.region.stepFunctions.executions.values()].map(({ machineName }) => machineName);
    expect(started.filter((name) => !name.endsWith('-undo')).sort()).toEqual([
      'backup-workflows-efs-backup',
      'backup-workflows-pre-post-backup',
    ]);
    expect(simulation.items('RunsTable').map(({ workflow }) => workflow)).toContain('efs-to-efs');
    expect(simulation.region.scheduler.dropped).toEqual([]);
  });
});
