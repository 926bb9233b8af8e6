import { fleetOf, inputWithoutScripts } from '../../scenarios/pre-post-backup/fleets';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { Table } from './table';
import { dollars, sum, usageOf } from './usage';

const MINUTE = 60;
const DAY = 24 * 3600;

/** The AWS calls of one case, by operation; `by` says which function made them. */
interface Calls {
  name: string;
  instances: number;
  ended: string;
  minutes: number;
  total: number;
  throttled: number;
  dollars: number;
  invocations: Record<string, number>;
  /** `operation` or `function operation`, and how often. */
  of: Record<string, number>;
}

/** How many calls of which operation the suite makes: for one instance, the shipped event, days of one wait, a fleet. */
export async function benchCalls({ sizes = [200] }: { sizes?: number[] | undefined } = {}): Promise<Table[]> {
  const cases = [await callsOfFleet(1), await callsOfExample(), await callsOfLongWait(7)];
  for (const size of sizes) cases.push(await callsOfFleet(size));
  return [asTable(cases), aimsOf(cases)];
}

/** Figures of bedb437, whose reconciler slept: `npm run bench -- fleet waits` there, and calls counted by operation. */
const BEFORE = { one: 632, dollars: 0.00493, days: 44_785, anInstance: 265, throttled: 2680, stopRuns: 649 / 200 };
/** Polling every ten seconds, as the bench of waits does: it dies at 25,000 events of history. */
const POLLING = { one: 240, days: '2,778, then FAILED' };

/** The figures that were aimed at, beside those before. */
function aimsOf(cases: Calls[]): Table {
  const [one, example, days, ...fleets] = cases;
  const of200 = fleets.find(({ instances }) => instances === 200);
  const rows: Table['rows'] = [
    ['AWS calls, 40-minute backup of one instance', BEFORE.one, one?.total ?? '', '<= 150', POLLING.one],
    ['the shipped event, five instances', '', example?.total ?? '', '<= 200', ''],
    ['dollars of the first', BEFORE.dollars, one?.dollars.toPrecision(3) ?? '', '<= 0.0015', ''],
    ['AWS calls, 7 days of one wait', BEFORE.days, days?.total ?? '', '<= 12,000', POLLING.days],
  ];
  if (of200)
    rows.push(
      ['AWS calls an instance, 200 instances', BEFORE.anInstance, of200.total / 200, '<= 60', ''],
      [
        'throttled calls of these, all',
        BEFORE.throttled,
        of200.throttled,
        `<= ${Math.floor(of200.total / 100)} (1 %)`,
        '',
      ],
      ['StopInstances calls a group', 6.4, (of200.of['ec2:StopInstances'] ?? 0) / 200, '<= 0.1', ''],
      [
        'StopInstancesFunction, runs a group',
        BEFORE.stopRuns,
        (of200.invocations.StopInstancesFunction ?? 0) / 200,
        '<= 1.1',
        '',
      ],
    );
  return { title: 'What was aimed at', columns: ['what', 'bedb437', 'now', 'aim', 'polling'], rows, notes: [] };
}

function asTable(cases: Calls[]): Table {
  const operations = [...new Set(cases.flatMap(({ of }) => Object.keys(of)))].sort(
    (one, other) => (cases[0]?.of[other] ?? 0) - (cases[0]?.of[one] ?? 0) || one.localeCompare(other),
  );
  return {
    title: 'AWS calls by operation',
    columns: ['operation', ...cases.map(({ name }) => name)],
    rows: [
      ['ended', ...cases.map(({ ended, minutes }) => `${ended} ${Math.round(minutes)} min`)],
      ['all', ...cases.map(({ total }) => total)],
      ['an instance', ...cases.map(({ total, instances }) => total / instances)],
      ['throttled', ...cases.map(({ throttled }) => throttled)],
      ['dollars', ...cases.map((each) => each.dollars.toPrecision(3))],
      ['invocations', ...cases.map(({ invocations }) => sum(Object.values(invocations)))],
      ['StopInstancesFunction ran', ...cases.map(({ invocations }) => invocations.StopInstancesFunction ?? 0)],
      ...operations.map((operation) => [operation, ...cases.map(({ of }) => of[operation] ?? 0)]),
    ],
    notes: [
      'One instance a group: stop, 40-minute backup, start, no scripts. Invocations are counted apart. In the dollars a BatchGetItem has eight items, and a SendMessageBatch five messages.',
    ],
  };
}

/** A fleet of so many instances, each alone in its group. */
export async function callsOfFleet(size: number, backupMinutes = 40): Promise<Calls> {
  const simulation = await Simulation.open({ world: fleetOf(size, backupMinutes * MINUTE) });
  const input = inputWithoutScripts({ MaxConcurrentGroups: 1000 });
  return count(simulation, `${size} instance${size === 1 ? '' : 's'}`, size, 'pre-post-backup', input);
}

/** The event that the repository ships. */
async function callsOfExample(workflow = 'pre-post-backup'): Promise<Calls> {
  const simulation = await Simulation.open({ world: defaultWorld(workflow) });
  return count(simulation, 'shipped event', 1, workflow, exampleInput(workflow));
}

/** One backup that takes so many days. */
async function callsOfLongWait(days: number): Promise<Calls> {
  const simulation = await Simulation.open({ world: fleetOf(1, days * DAY) });
  const { BackupDetails, ...input } = inputWithoutScripts({ StartStopEC2Required: false });
  const windows = { StartWindowMinutes: 60, CompleteWindowMinutes: (days + 1) * 24 * 60 };
  const details = { ...(BackupDetails as object), ...windows };
  return count(simulation, `${days} days of one wait`, 1, 'pre-post-backup', { ...input, BackupDetails: details });
}

async function count(
  simulation: Simulation,
  name: string,
  instances: number,
  workflow: string,
  input: unknown,
): Promise<Calls> {
  try {
    const { account, region } = simulation;
    const execution = simulation.start(workflow, input);
    await simulation.finish(execution);
    const of: Record<string, number> = {};
    const calls = account.endpoint.calls.filter(({ call }) => call !== 'lambda:Invoke');
    for (const { call } of calls) of[call] = (of[call] ?? 0) + 1;
    const invocations: Record<string, number> = {};
    for (const { logicalId } of region.lambda.invocations) invocations[logicalId] = (invocations[logicalId] ?? 0) + 1;
    const end = (execution.stopDate ?? account.clock.date).getTime();
    return {
      ...{ name, instances, of, invocations },
      ended: execution.status,
      minutes: (end - execution.startDate.getTime()) / 1000 / MINUTE,
      total: calls.length,
      throttled: calls.filter(({ outcome }) => /throttl|RequestLimitExceeded|SlowDown/i.test(String(outcome))).length,
      dollars: dollars(usageOf(account)),
    };
  } finally {
    simulation.close();
  }
}
