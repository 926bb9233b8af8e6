import { openSmallFleet, scriptedInput, smallWorld } from '../../../scenarios/pre-post-backup/small-fleet';
import type { SimulationResult } from '../../../scenarios/simulation';

interface Trace {
  result: SimulationResult;
  /** Everything that happened, as text. */
  text: string;
}

async function trace(seed: number): Promise<Trace> {
  const simulation = await openSmallFleet([], seed, smallWorld({ consistencyDelaySeconds: 2 }));
  try {
    const execution = simulation.start('pre-post-backup', scriptedInput());
    await simulation.finish(execution);
    const { account, region } = simulation;
    const histories = [...region.stepFunctions.executions.values()].map(({ arn, history }) => ({ arn, history }));
    const text = [histories, account.endpoint.calls, region.sns.published, account.logs, region.events.seen]
      .map((part) => JSON.stringify(part, null, 1))
      .join('\n');
    return { result: simulation.result('pre-post-backup', execution), text };
  } finally {
    simulation.close();
  }
}

/** What an operator would compare: who was backed up, and what was said of it. */
function outcome({ result }: Trace) {
  const { Instances, Succeeded } = result.output as { Instances: Record<string, unknown>[]; Succeeded: number };
  const lines = Instances.map(({ RecoveryPointArn, DowntimeSeconds, ...line }) => line);
  return { status: result.status, Succeeded, lines, subjects: result.notifications.map(({ subject }) => subject) };
}

it('does the same thing to the byte when the seed is the same', async () => {
  // Act
  const first = await trace(7);
  const second = await trace(7);

  // Assess
  expect(first.text.length).toBeGreaterThan(100_000);
  expect(second.text === first.text).toBe(true);
  expect(second.result).toEqual(first.result);
});

it('comes to the same end in another way when the seed is another', async () => {
  // Act
  const first = await trace(7);
  const second = await trace(8);

  // Assess
  expect(second.text === first.text).toBe(false);
  expect(outcome(second)).toEqual(outcome(first));
});
