import { join } from 'node:path';
import { defaultWorld, exampleInput, Simulation } from '../../../scenarios/simulation';
import { deployTemplate } from '../../../simulator/cloudformation';

const HOUR_SECONDS = 3600;

let simulation: Simulation;

afterEach(() => simulation.close());

/** What an operator does with `sam deploy --parameter-overrides`. */
async function update(parameters: Record<string, string>) {
  const templatePath = join(__dirname, '../../../template.yaml');
  const { region, stack, account } = simulation;
  const deployment = deployTemplate(region, {
    templatePath,
    stackName: stack.name,
    parameters: { ...defaultWorld('pre-post-backup').parameters, ...parameters },
  });
  return account.clock.runUntil(deployment, HOUR_SECONDS);
}

const pass = (seconds: number) =>
  simulation.account.clock.runUntil(simulation.account.clock.sleep(seconds), seconds + 1);
const runs = () =>
  [...simulation.region.stepFunctions.executions.values()].filter(
    ({ stateMachineArn }) => stateMachineArn === simulation.stack.resource('PrePostBackupStateMachine').physicalId,
  );

it('turns a schedule on and off with a parameter', async () => {
  simulation = await Simulation.open({ world: defaultWorld('pre-post-backup') });
  // Berlin is an hour ahead of UTC, in which the simulation begins at 22:00.
  const daily = (time: string) => ({
    PrePostBackupScheduleExpression: `cron(${time} * * ? *)`,
    PrePostBackupScheduleTimeZone: 'Europe/Berlin',
    PrePostBackupScheduleInput: JSON.stringify(exampleInput('pre-post-backup')),
  });

  await update({ ...daily('30 23'), PrePostBackupScheduleState: 'DISABLED' });
  await pass(HOUR_SECONDS);
  const before = runs().length;
  await update({ ...daily('30 0'), PrePostBackupScheduleState: 'ENABLED' });
  await pass(3 * HOUR_SECONDS);
  const on = runs().map(({ startDate, status }) => `${startDate.toISOString().slice(0, 16)} ${status}`);
  await update({ ...daily('30 3'), PrePostBackupScheduleState: 'DISABLED' });
  await pass(HOUR_SECONDS);

  expect(before).toBe(0);
  expect(on).toEqual(['2026-11-20T23:30 SUCCEEDED']);
  expect(runs()).toHaveLength(1);
});

it('changes nothing when nothing is to change', async () => {
  simulation = await Simulation.open({ world: defaultWorld('pre-post-backup') });
  const before = new Map(simulation.stack.resources);

  const after = await update({});

  expect([...after.resources].filter(([id, resource]) => before.get(id) !== resource)).toEqual([]);
});
