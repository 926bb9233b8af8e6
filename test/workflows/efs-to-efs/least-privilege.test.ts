import { Night, START, world } from '../../../scenarios/efs-to-efs/night';
import { NOT_PERMITTED } from '../../../scenarios/refusals';
import type { World } from '../../../scenarios/world';
import { AwsError } from '../../../simulator/errors';
import type { Fault } from '../../../simulator/faults';
import { unusedGrants } from '../../../simulator/iam/authorize';
import { wantsRefusals } from '../../setup/refusals';

interface Scenario {
  world?: Partial<World>;
  parameters?: Record<string, string>;
  faults?: Fault[];
  stopAfterSeconds?: number;
}

/** Runs that between them come to everything that the workflow ever does. */
const SCENARIOS: Record<string, Scenario> = {
  'everything goes well, on the schedule': {
    world: { startAt: '2026-11-21T01:59:30Z' },
    parameters: { EfsToEfsScheduleState: 'ENABLED', NotifyOnSuccess: 'Yes' },
  },
  'the run is stopped': { world: { works: [{ Seconds: 3000, StopSeconds: 90 }] }, stopAfterSeconds: 240 },
  'the function dies after it sent the work': { faults: [{ call: 'ssm:SendCommand', fault: 'crashAfter' }] },
};

let neverUsed: string[] | undefined;

describe('No call is denied', () => {
  it.each(Object.keys(SCENARIOS))('when %s', async (name) => {
    const { stopAfterSeconds, faults, parameters, ...rest } = SCENARIOS[name] ?? {};
    const night = await Night.open(world(rest.world, parameters), faults);
    try {
      if (parameters) await night.wait(60);
      else await night.invoke(START);
      if (stopAfterSeconds) {
        await night.wait(stopAfterSeconds);
        await night.invoke({ mode: 'backup', action: 'stop', backupId: night.lastRun().runId });
      }
      await night.settle();

      const { account, stack } = night.simulation;
      const ours = new Map(
        [...stack.resources].flatMap(([id, { type, attributes }]) =>
          type === 'AWS::IAM::Role' && id.startsWith('EfsToEfs') ? [[String(attributes.Arn), id] as const] : [],
        ),
      );
      const unused = unusedGrants(account)
        .filter(({ roleArn }) => ours.has(roleArn))
        .map(({ roleArn, statement, action }) => `${ours.get(roleArn)} ${statement} ${action}`);
      neverUsed = (neverUsed ?? unused).filter((grant) => unused.includes(grant));
      expect(ours.size).toBe(3);
      expect(account.endpoint.calls.filter(({ outcome }) => NOT_PERMITTED.test(outcome))).toEqual([]);
    } finally {
      night.close();
    }
  });
});

it('Every permission is needed by one of these runs (S3-D29)', () => {
  // Dead-letter queues are for calls that failed for good.
  expect(neverUsed?.filter((grant) => !grant.endsWith('sqs:SendMessage'))).toEqual([]);
});

describe('The worker', () => {
  it('may write nothing of the runs table but its progress and its report, and only of its own kind of run', async () => {
    wantsRefusals();
    const night = await Night.open();
    try {
      const { simulation } = night;
      const caller = {
        principalArn: String(simulation.stack.resource('EfsToEfsWorkerRole').attributes.Arn),
        accountId: simulation.account.id,
      };
      const update = (runId: string, expression: string) => {
        const input = {
          TableName: simulation.stack.resource('RunsTable').physicalId,
          Key: { runId: { S: runId }, item: { S: 'run' } },
          UpdateExpression: expression,
          ExpressionAttributeValues: { ':value': { S: 'x' } },
        };
        const request = simulation.account.endpoint.request(night.region.dynamodb, 'UpdateItem', input, caller);
        const outcome = request.then(
          () => 'ok',
          (error) => (error instanceof AwsError ? error.code : String(error)),
        );
        return simulation.account.clock.runUntil(outcome, 60);
      };
      expect(await update('efs-to-efs-daily-1', 'SET progress = :value')).toBe('ok');
      expect(await update('efs-to-efs-daily-1', 'SET outcome = :value')).toBe('AccessDeniedException');
      expect(await update('efs-to-efs-daily-1', 'SET progress.outcome = :value, finishedBy = :value')).toBe(
        'AccessDeniedException',
      );
      expect(await update('arn:aws:states:x', 'SET progress = :value')).toBe('AccessDeniedException');
    } finally {
      night.close();
    }
  });
});
