import type { CallFault, Fault } from '../../../simulator/faults';
import { brokenBySwap } from './invariants';
import { open, swapInput } from './parks';

export interface Call {
  call: string;
  by: string;
}

/** Calls from here on are after the approval. */
const AFTER_APPROVAL = ['DeleteOriginalFunction', 'RestoreOriginalFunction', 'VerifyOriginalFunction'];
const SETTING_BACK = ['PutSettingsBackFunction', 'VerifySettingsFunction', 'CleanUpSwapFunction', 'ReportSwapFunction'];

/** Every call that a function makes, and every event, in a run in which nothing goes wrong. */
export async function cleanSwap(): Promise<{ calls: Call[]; events: string[] }> {
  const simulation = await open();
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    if (execution.status !== 'SUCCEEDED') throw new Error(`The run without faults ended ${execution.status}.`);
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
    return { calls: [...calls.values()], events: [...events] };
  } finally {
    simulation.close();
  }
}

/** Two faults at once, each on a call after the approval. */
export function pairsAfterApproval(once: CallFault[]): CallFault[][] {
  const late = once.filter(({ by = '' }) => [...AFTER_APPROVAL, ...SETTING_BACK].includes(by));
  return late.flatMap((first, index) => late.slice(index + 1).map((second) => [first, second]));
}

/** Runs every case; returns those after which something does not hold that must. */
export async function failing(cases: Fault[][], seed?: number): Promise<string[]> {
  const failures: string[] = [];
  for (const faults of cases) {
    try {
      const broken = await brokenBySwap({ faults, seed });
      if (broken.length > 0) failures.push(`${JSON.stringify(faults)}: ${broken.join('; ')}`);
    } catch (error) {
      failures.push(`${JSON.stringify(faults)}: ${(error as Error).message}`);
    }
  }
  return failures;
}
