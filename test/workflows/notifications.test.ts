import { daysPass, smallWorld, swapInput } from '../../scenarios/dynamodb-restore/parks';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Fault } from '../../simulator/faults';

const DAY_SECONDS = 24 * 3600;
/** SNS delivers the message, and its answer is lost. */
const ANSWER_LOST: Fault = { call: 'sns:Publish', fault: 'timeoutAfterSuccess', times: 'always' };
const REFUSED: Fault = { call: 'sns:Publish', fault: 'serverError', times: 'always' };

let simulation: Simulation;

afterEach(() => simulation?.close());

const failing: World = { ...defaultWorld('efs-backup'), backupJobs: [{ Resource: '*', State: 'FAILED' }] };

async function wait(seconds: number): Promise<void> {
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(seconds), seconds + 1);
}

/** What was delivered, and when: minutes since the first. */
function delivered(subject: RegExp) {
  const messages = simulation.region.sns.published.filter((message) => subject.test(message.subject ?? ''));
  const first = Date.parse(messages[0]?.time ?? '');
  return {
    texts: new Set(messages.map((message) => `${message.subject}\n${message.message}`)).size,
    minutes: messages.map(({ time }) => Math.floor((Date.parse(time) - first) / 60_000)),
  };
}

describe('A notification whose answer from SNS is lost', () => {
  it('is sent five times in a day at most, with growing pauses and one wording, then an alarm rings', async () => {
    // Prepare
    simulation = await Simulation.open({ world: failing, faults: [ANSWER_LOST] });

    // Act
    const execution = simulation.start('efs-backup', exampleInput('efs-backup'));
    await wait(20 * 3600);

    // Assess
    const { texts, minutes } = delivered(/^FAILED/);
    expect(texts).toBe(1);
    expect(minutes).toHaveLength(5);
    const pauses = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    const { FilterPattern } = simulation.stack.resource('NotificationsGivenUpMetric').properties;
    const logged = simulation.account.logs.filter(({ line }) => line.includes('"Notification given up"'));
    expect([String(FilterPattern), logged.length]).toEqual(['{ $.message = "Notification given up" }', 1]);
    expect(simulation.runRecord(execution)).toMatchObject({
      outcome: 'FAILED',
      notificationGivenUpAt: expect.any(Number),
    });
  });

  it('does not make a run fail that succeeded', async () => {
    simulation = await Simulation.open({
      world: { ...smallWorld(), parameters: { NotifyOnSuccess: 'Yes' } },
      faults: [{ ...ANSWER_LOST, by: 'ReportOperationFunction' }],
    });

    const execution = simulation.start('dynamodb-table-operation', { Operation: 'CreateBackup', TableName: 'ParksAr' });
    await simulation.finish(execution);

    expect(execution.status).toBe('SUCCEEDED');
    expect(delivered(/^SUCCEEDED/)).toEqual({ texts: 1, minutes: [0, expect.any(Number)] });
    expect(simulation.runRecord(execution)?.notifiedAt).toEqual(expect.any(Number));
  });

  it('asks for an approval at most five times, and no more once the run is over', async () => {
    simulation = await Simulation.open({
      world: { ...smallWorld(), operator: { answer: 'none' } },
      faults: [ANSWER_LOST],
    });

    simulation.start('dynamodb-swap-restore', swapInput({ ApprovalTimeoutMinutes: 60 }));
    await wait(3 * 3600);

    const { texts, minutes } = delivered(/^APPROVAL NEEDED/);
    expect(texts).toBe(1);
    expect(minutes.length).toBeGreaterThan(1);
    expect(minutes.at(-1)).toBeLessThan(60);
  });
});

it('A notification that SNS refuses for half an hour arrives afterwards, as it was worded at first', async () => {
  simulation = await Simulation.open({ world: failing, faults: [REFUSED] });
  const execution = simulation.start('efs-backup', exampleInput('efs-backup'));
  const { clock, faults } = simulation.account;
  await clock.runUntil(() => execution.status !== 'RUNNING', DAY_SECONDS);
  const record = simulation.runRecord(execution);
  await wait(1800);
  faults.list.length = 0;

  await simulation.finish(execution);

  expect(record).toMatchObject({ outcome: 'FAILED', report: expect.anything() });
  expect(record?.notifiedAt).toBeUndefined();
  expect(delivered(/^FAILED/).texts).toBe(1);
  expect(simulation.region.sns.published[0]?.message).toContain(`Run: ${execution.arn}`);
  expect(simulation.runRecord(execution)?.notifiedAt).toEqual(expect.any(Number));
});

it('A notification that a release before stored as one text arrives as it was worded', async () => {
  // Prepare
  simulation = await Simulation.open({ world: failing });
  const texts = {
    runId: 'fallbacks',
    item: 'message#removal',
    open: 'message',
    subject: 'TO BE REMOVED',
    message: 'a\nb',
  };
  const TableName = String(simulation.stack.resource('RunsTable').physicalId);
  const Item = {
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
    ...{
      attempts: { N: '1' },
      nextAttemptAt: { N: '0' },
      startedAt: { N: '1' },
      attributes: { M: { outcome: { S: 'TO_BE_REMOVED' } } },
    },
  };
  simulation.region.dynamodb.PutItem({ TableName, Item });
  // Act
  await wait(1800);
  // Assess
  expect(simulation.region.sns.published.map(({ message }) => message)).toEqual(['a\nb']);
});

it('A notification says first what happened, then what to type and where to look, then which run it was', async () => {
  simulation = await Simulation.open({ world: failing });
  const execution = simulation.start('efs-backup', exampleInput('efs-backup'), 'nightly');

  await simulation.finish(execution);

  const [told] = simulation.region.sns.published;
  const lines = told?.message.split('\n') ?? [];
  expect(lines[0]).toMatch(/^The backup job .* is FAILED/);
  expect(lines[2]).toBe('What to do: Correct what it says, start again.');
  expect(lines[3]).toBe('Next: backup-workflows status nightly');
  expect(lines[4]).toBe(
    `Console: https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${encodeURIComponent(execution.arn)}`,
  );
  expect(lines[6]).toBe(`Run: ${execution.arn}`);
  expect(lines[7]).toBe('Target: FileSystemID fs-0123456789abcdef0');
});

it('A removal of a fallback that SNS never took is announced five times at most, and not made', async () => {
  // Prepare
  simulation = await Simulation.open({ world: smallWorld() });
  const execution = simulation.start('dynamodb-swap-restore', swapInput({ FallbackGraceDays: 1 }));
  await simulation.finish(execution);
  simulation.account.faults.list.push({ ...ANSWER_LOST, by: 'RemoveOldFallbacksFunction' });
  const kept = () => simulation.region.dynamodb.backups.present().map(({ arn }) => arn);
  const before = kept();

  // Act
  await daysPass(simulation, 20);

  // Assess
  const { texts, minutes } = delivered(/^TO BE REMOVED/);
  expect([texts, minutes.length]).toEqual([1, 5]);
  expect(kept()).toEqual(before);
});
