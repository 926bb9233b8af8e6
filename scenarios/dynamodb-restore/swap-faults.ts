import type { Fault } from '../../simulator/faults';
import { type CleanRun, callMatrix, cleanRun, eventMatrix, failing, oneEach } from '../fault-matrix';
import { runSwap } from './invariants';
import { open, swapInput } from './parks';
import type { Visit } from './people';
import { SCENARIOS, type Scenario } from './scenarios';

/** One run with something going wrong. */
export interface Case {
  scenario: Scenario;
  faults: Fault[];
  visit?: Visit;
}

/** What a scenario does in which nothing goes wrong. */
export interface SwapRun extends CleanRun {
  scenario: Scenario;
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
export async function cleanRuns(): Promise<SwapRun[]> {
  const runs: SwapRun[] = [];
  for (const scenario of SCENARIOS) runs.push(await swapRun(scenario));
  return runs;
}

/** A scenario without faults. */
export async function swapRun(scenario: Scenario): Promise<SwapRun> {
  const { calls, events } = await cleanRun(
    'dynamodb-restore',
    () => open(scenario.world()),
    (simulation) => simulation.start('dynamodb-swap-restore', swapInput(scenario.input)),
  );
  return { scenario, calls: calls.filter(({ by }) => by !== 'RemoveOldFallbacksFunction'), events };
}

/** Each call with each fault, once or from then on always, in the first scenario that makes it. */
export function singleFaults(runs: SwapRun[], times: 'once' | 'always'): Case[] {
  const seen = new Set<string>();
  return runs.flatMap(({ scenario, calls }) => {
    const isNew = ({ call, by }: CleanRun['calls'][number]) => !seen.has(`${by} ${call}`) && seen.add(`${by} ${call}`);
    return oneEach(callMatrix(calls.filter(isNew))[times]).map((faults) => ({ scenario, faults }));
  });
}

/** Everything that can happen to events, in the scenario whose jobs send most of them. */
export function eventFaults(runs: SwapRun[]): Case[] {
  return runs.flatMap(({ scenario, events }) => oneEach(eventMatrix(events)).map((faults) => ({ scenario, faults })));
}

export function isAfterApproval({ faults: [fault] }: Case): boolean {
  return fault !== undefined && 'by' in fault && AFTER_APPROVAL.includes(fault.by ?? '');
}

/** The cases after which something does not hold that must. */
export function failingSwaps(cases: Case[], seed?: number): Promise<string[]> {
  return failing(cases, async (item) => (await attempt(item, seed)).broken, nameOf);
}

function nameOf({ scenario, faults, visit }: Case): string {
  const who = visit ? `, ${visit.person.name}, ${visit.afterSeconds} s after ${visit.state}` : '';
  return `${scenario.name}, ${JSON.stringify(faults)}${who}`;
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
