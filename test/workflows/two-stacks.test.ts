import { checkOtherStacks } from '../../cli/other-stacks';
import { machineWorkflows } from '../../cli/workflows';
import { operatorSession } from '../../scenarios/operator-session';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import { deployTemplate } from '../../simulator/cloudformation';

const OTHER = 'other-team';
const DAY_SECONDS = 86_400;

/** An account with two stacks of the suite, in which a run of the first is in progress. */
async function whileAnotherStackWorks(workflow: string, input: unknown = exampleInput(workflow)) {
  const world = defaultWorld(workflow);
  const simulation = await Simulation.open({ world });
  const { account, region } = simulation;
  // It may use the same roles.
  const { parameters } = world;
  const deployment = deployTemplate(region, { templatePath: 'template.yaml', stackName: OTHER, parameters });
  const other = await account.clock.runUntil(deployment, DAY_SECONDS);
  const first = simulation.start(workflow, input);
  const isHeld = () => simulation.items('LocksTable').length > 0;
  await account.clock.runUntil(isHeld, 3600);
  const start = (name: string) => {
    const stateMachineArn = region.arn('states', `stateMachine:${OTHER}-${workflow}`);
    const { executionArn = '' } = region.stepFunctions.StartExecution({
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    const execution = region.stepFunctions.executions.get(executionArn);
    if (!execution) throw new Error('It did not start.');
    return execution;
  };
  return { simulation, other, first, start };
}

describe('A run on a target that another stack works on', () => {
  it.each(machineWorkflows)(
    'of %s is refused with nothing changed, names the other run, and goes through when that one is over',
    async (workflow) => {
      const { simulation, first, start } = await whileAnotherStackWorks(workflow);
      try {
        const { clock } = simulation.account;
        const refused = start('run-1');
        await clock.runUntil(() => refused.status !== 'RUNNING', 3600);
        expect(refused).toMatchObject({ status: 'FAILED', error: 'TargetBusyError' });
        expect(refused.cause).toContain(`${first.arn}, of another stack (its lock is in backup-workflows-LocksTable-`);
        await simulation.finish(first);
        expect(first.status).toBe('SUCCEEDED');
        // What a table holds by then is no input for the same run again.
        if (workflow.startsWith('dynamodb-')) return;
        const next = start('run-2');
        await clock.runUntil(() => next.status !== 'RUNNING', 30 * DAY_SECONDS);
        expect(next.status).toBe('SUCCEEDED');
      } finally {
        simulation.close();
      }
    },
  );
});

describe('A run beside another stack whose locks cannot be looked at', () => {
  it.each([['dynamodb:ListTables'], ['dynamodb:GetItem']])(
    'does its work all the same, when %s is refused',
    async (call) => {
      const simulation = await Simulation.open({
        world: defaultWorld('efs-backup'),
        faults: [{ call, by: 'OpenEfsRunFunction', fault: 'accessDenied', times: 'always' }],
      });
      try {
        const { account, region } = simulation;
        const deployment = deployTemplate(region, { templatePath: 'template.yaml', stackName: OTHER });
        await account.clock.runUntil(deployment, DAY_SECONDS);
        const execution = simulation.start('efs-backup', exampleInput('efs-backup'));
        await simulation.finish(execution);
        expect(execution.status).toBe('SUCCEEDED');
      } finally {
        simulation.close();
      }
    },
  );
});

describe('doctor, beside another stack,', () => {
  const FLEET = JSON.stringify({ TargetEC2TagKey: 'backup-job', TargetEC2TagValue: 'true' });
  const SCHEDULED = { PrePostBackupScheduleState: 'ENABLED', PrePostBackupScheduleInput: FLEET };

  async function findingsBeside(parameters: Record<string, string>) {
    const world = { ...defaultWorld('pre-post-backup'), parameters: SCHEDULED };
    const simulation = await Simulation.open({ world });
    try {
      const { account, region } = simulation;
      const deployment = deployTemplate(region, { templatePath: 'template.yaml', stackName: OTHER, parameters });
      await account.clock.runUntil(deployment, DAY_SECONDS);
      return await account.clock.runUntil(checkOtherStacks(operatorSession(simulation), {} as never), 3600);
    } finally {
      simulation.close();
    }
  }

  it('names the fleet that both have in their schedules', async () => {
    expect(await findingsBeside(SCHEDULED)).toEqual([
      { subject: `stack ${OTHER}`, state: 'works on instances with backup-job=true too', advice: expect.any(String) },
    ]);
  });

  it('says that it is there when nothing is shared, and asks for nothing', async () => {
    const [finding] = await findingsBeside({ ...SCHEDULED, PrePostBackupScheduleState: 'DISABLED' });
    expect(finding).toMatchObject({ subject: `stack ${OTHER}`, state: expect.stringContaining('another one') });
    expect(finding).not.toHaveProperty('advice');
  });
});
