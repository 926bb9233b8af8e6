import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { JsonObject } from '../../simulator/cloudformation/template';

let simulation: Simulation;

afterEach(() => simulation.close());

/** Runs a workflow with its example to its end. */
async function run(workflow: string, changes: Partial<World> = {}) {
  simulation = await Simulation.open({ world: { ...defaultWorld(workflow), ...changes } });
  await simulation.finish(simulation.start(workflow, exampleInput(workflow)));
}

type LogEntry = Record<string, unknown>;

const TERM = /^\$\.([\w.]+) = (.+)$/;

/** Whether a log entry matches a metric filter's pattern: terms `$.field = "value"` or `= *`, joined by && or ||. */
function matches(pattern: string, entry: LogEntry): boolean {
  const terms = pattern.replace(/^\{|\}$/g, '').split(/&&|\|\|/);
  const answers = terms.map((term) => {
    const [, path = '', expected] = TERM.exec(term.trim()) ?? [];
    const value = path.split('.').reduce<unknown>((at, key) => (at as LogEntry | undefined)?.[key], entry);
    return expected === '*' ? value !== undefined : JSON.stringify(value) === expected;
  });
  return pattern.includes('||') ? answers.some(Boolean) : answers.every(Boolean);
}

/** What the stack's metric filters make of the logs so far: `RunsFinished Workflow=efs-backup Outcome=SUCCEEDED` → values. */
function metrics(): Record<string, unknown[]> {
  const entries = simulation.account.logs.map(({ line }) => JSON.parse(line) as LogEntry);
  const filters = [...simulation.stack.resources.values()].filter(({ type }) => type === 'AWS::Logs::MetricFilter');
  const found: Record<string, unknown[]> = {};
  for (const { properties } of filters) {
    const [transformation] = properties.MetricTransformations as JsonObject[];
    const { MetricName, MetricValue, Dimensions = [] } = transformation ?? {};
    const field = (reference: unknown, entry: LogEntry) => entry[String(reference).slice('$.'.length)];
    for (const entry of entries.filter((each) => matches(String(properties.FilterPattern), each))) {
      const dimensions = (Dimensions as JsonObject[]).map(({ Key, Value }) => `${Key}=${field(Value, entry)}`);
      const value = String(MetricValue).startsWith('$.') ? field(MetricValue, entry) : MetricValue;
      const key = [MetricName, ...dimensions].join(' ');
      found[key] = [...(found[key] ?? []), value];
    }
  }
  return found;
}

it('counts a run that succeeded, how long it took, and what waited meanwhile', async () => {
  await run('efs-backup', { backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 600 }] });

  const found = metrics();
  expect(found['RunsFinished Workflow=efs-backup Outcome=SUCCEEDED']).toEqual(['1']);
  expect(found['RunSeconds Workflow=efs-backup']).toEqual([expect.any(Number)]);
  expect(found['RecoverySeconds Workflow=efs-backup']).toEqual([expect.any(Number)]);
  expect(found.WaitsOpen).toContain(1);
  expect(Math.max(...(found.ReconcilerLagSeconds as number[]))).toBeLessThan(60);
  expect(found.RunsFailed).toBeUndefined();
});

it('counts a run that failed, and the error of its function', async () => {
  await run('efs-backup', { fileSystems: [] });

  const found = metrics();
  expect(found['RunsFinished Workflow=efs-backup Outcome=FAILED']).toEqual(['1']);
  expect(found.RunsFailed).toEqual(['1']);
  expect(found.FunctionErrors?.length).toBeGreaterThan(0);
});

it('counts a run that was aborted and undone once', async () => {
  const workflow = 'pre-post-backup';
  simulation = await Simulation.open({ world: defaultWorld(workflow) });
  const execution = simulation.start(workflow, exampleInput(workflow));
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(600), 601);

  simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
  await simulation.finish(execution);

  expect(metrics()['RunsFinished Workflow=pre-post-backup Outcome=FAILED']).toEqual(['1']);
});

it('tells about every alarm on the one topic, also on one that the operator gives', async () => {
  const given = 'arn:aws:sns:eu-west-1:111122223333:operators';
  const world = defaultWorld('efs-backup');
  const parameters = {
    NotificationTopicArn: given,
    EfsBackupScheduleState: 'ENABLED',
    PrePostBackupScheduleState: 'ENABLED',
    MonitoredFileSystemId: 'fs-0123456789abcdef0',
    MonitoredMountLogGroupName: '/aws/efs/utils',
  };
  simulation = await Simulation.open({ world: { ...world, parameters: { ...world.parameters, ...parameters } } });

  const resources = [...simulation.stack.resources];
  const alarms = resources.filter(([, { type }]) => type === 'AWS::CloudWatch::Alarm');
  expect(alarms.map(([id]) => id)).toEqual(
    expect.arrayContaining([
      'NotificationsGivenUpAlarm',
      'RunsFailedAlarm',
      'ReconcilerNotRunningAlarm',
      'FailedEventsAlarm',
      'PrePostBackupMissedAlarm',
      'EfsBackupMissedAlarm',
    ]),
  );
  for (const [, { properties }] of alarms) expect(properties.AlarmActions).toEqual([given]);
  expect(resources.filter(([, { type }]) => /^AWS::(SNS::Topic|KMS::Key)$/.test(type))).toEqual([]);
});

it('draws what operators ask for first on one dashboard', async () => {
  simulation = await Simulation.open({ world: defaultWorld('efs-backup') });

  const body = JSON.parse(String(simulation.stack.resource('Dashboard').properties.DashboardBody)) as {
    widgets: { properties: { title: string; metrics: unknown[] } }[];
  };

  const drawn = JSON.stringify(body.widgets.map(({ properties }) => properties.metrics));
  for (const [, { type, properties }] of simulation.stack.resources) {
    if (type !== 'AWS::Logs::MetricFilter') continue;
    const [{ MetricName } = {}] = properties.MetricTransformations as JsonObject[];
    // Counts of alarms; the dashboard has runs by workflow.
    if (!/^(RunsStarted|RunsFailed|NotificationsGivenUp)$/.test(String(MetricName)))
      expect(drawn).toContain(String(MetricName));
  }
});
