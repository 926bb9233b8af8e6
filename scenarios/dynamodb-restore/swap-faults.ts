import { CALL_FAULTS, type CallFault, EVENT_FAULTS, type Fault, isRead } from '../../simulator/faults';
import { runSwap } from './invariants';
import { open, swapInput } from './parks';
import type { Visit } from './people';
import { SCENARIOS, type Scenario } from './scenarios';

interface Call {
  call: string;
  by: string;
}

/** One run with something going wrong. */
export interface Case {
  scenario: Scenario;
  faults: Fault[];
  visit?: Visit;
}

/** What a run in which nothing goes wrong does: the calls of its functions, in the order of the first of each, and events. */
export interface CleanRun {
  scenario: Scenario;
  calls: Call[];
  events: string[];
}

/** Calls of these are made after the approval. */
const AFTER_APPROVAL = [
  'DeleteOriginalFunction',
  'RestoreOriginalFunction',
  'VerifyOriginalFunction',
  'PutSettingsBackFunction',
  'MakeIndexFunction',
  'VerifySettingsFunction',
  'CleanUpSwapFunction',
  'ReportSwapFunction',
];

/** Every scenario without faults. */
export async function cleanRuns(): Promise<CleanRun[]> {
  const runs: CleanRun[] = [];
  for (const scenario of SCENARIOS) runs.push(await cleanRun(scenario));
  return runs;
}

async function cleanRun(scenario: Scenario): Promise<CleanRun> {
  const simulation = await open(scenario.world());
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput(scenario.input));
    await simulation.finish(execution);
    if (execution.status !== 'SUCCEEDED')
      throw new Error(`The swap ${scenario.name} without faults ended ${execution.status}: ${execution.cause}`);
    const functions = [...simulation.region.lambda.functions.values()].filter(({ configuration }) =>
      /functions\/(dynamodb-restore|shared)\//.test(configuration.entryPoint),
    );
    const idByRole = new Map(functions.map(({ configuration }) => [configuration.roleArn, configuration.logicalId]));
    const calls = new Map<string, Call>();
    for (const { call, principalArn } of simulation.account.endpoint.calls) {
      const by = idByRole.get(principalArn);
      if (by && by !== 'RemoveOldFallbacksFunction') calls.set(`${by} ${call}`, { call, by });
    }
    const events = new Set(simulation.region.events.seen.map(({ event }) => event['detail-type']));
    events.delete('Scheduled Event');
    return { scenario, calls: [...calls.values()], events: [...events] };
  } finally {
    simulation.close();
  }
}

/** Each call with each fault, once or from then on always, in the first scenario that makes it. */
export function singleFaults(runs: CleanRun[], times: 'once' | 'always'): Case[] {
  const seen = new Set<string>();
  return runs.flatMap(({ scenario, calls }) => {
    const isNew = ({ call, by }: Call) => !seen.has(`${by} ${call}`) && seen.add(`${by} ${call}`);
    return calls
      .filter(isNew)
      .flatMap((call) =>
        faultsOf(call).map((fault) => ({ scenario, faults: [times === 'once' ? fault : { ...fault, times }] })),
      );
  });
}

/** Each fault that can hit a call: only a read can be stale, and only when there was an answer before. */
function faultsOf({ call, by }: Call): CallFault[] {
  return CALL_FAULTS.filter((fault) => fault !== 'staleRead' || isRead(call)).map((fault) => ({
    call,
    by,
    fault,
    ...(fault === 'staleRead' && { nth: 2 }),
  }));
}

/** Everything that can happen to events, in the scenario whose jobs send most of them. */
export function eventFaults(runs: CleanRun[]): Case[] {
  return runs.flatMap(({ scenario, events }) =>
    events.flatMap((event) =>
      EVENT_FAULTS.map((fault) => ({ scenario, faults: [{ event, fault, times: 'always' as const }] })),
    ),
  );
}

export function isAfterApproval({ faults: [fault] }: Case): boolean {
  return fault !== undefined && 'by' in fault && AFTER_APPROVAL.includes(fault.by ?? '');
}

/** Runs every case; returns those after which something does not hold that must. */
export async function failing(cases: Case[], seed?: number): Promise<string[]> {
  const failures: string[] = [];
  for (const item of cases) {
    const { scenario, faults, visit } = item;
    const { broken } = await attempt(item, seed);
    const who = visit ? `, ${visit.person.name}, ${visit.afterSeconds} s after ${visit.state}` : '';
    if (broken.length > 0) failures.push(`${scenario.name}, ${JSON.stringify(faults)}${who}: ${broken.join('; ')}`);
  }
  return failures;
}

/** Runs one case; a simulator that gives up is a broken promise too. */
export async function attempt(item: Case, seed?: number): Promise<{ broken: string[]; trace: string }> {
  const { scenario, faults, visit } = item;
  try {
    return await runSwap({ world: scenario.world(), input: scenario.input, faults, seed, visit });
  } catch (error) {
    return { broken: [(error as Error).message], trace: 'none' };
  }
}
