import {
  answerAtUrl,
  givePolicies,
  PEOPLE,
  person,
  SHOWN_AFTER_SECONDS,
  startAs,
} from '../../../scenarios/dynamodb-restore/second-person';
import { inputOf, items, MIXED, open, product, WORKFLOW, worldOf } from '../../../scenarios/item-restore/items';
import type { Simulation } from '../../../scenarios/simulation';
import type { Execution } from '../../../simulator/asl/execution';

const SETUP = {
  world: worldOf(MIXED, { parameters: { SecondPerson: 'Required' }, operator: { answer: 'none' }, roles: PEOPLE }),
};

let simulation: Simulation;
afterEach(() => simulation?.close());

/** An item restore that alice started and that waits for its answer, long enough for CloudTrail to show it. */
async function asked(): Promise<Execution> {
  simulation = await open(SETUP);
  givePolicies(simulation);
  const { account, region } = simulation;
  const execution = await startAs(simulation, WORKFLOW, inputOf(), person(simulation, 'alice', 'Requests'));
  const isAsked = () => region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL NEEDED'));
  await account.clock.runUntil(isAsked, 24 * 3600);
  await account.clock.runUntil(account.clock.sleep(SHOWN_AFTER_SECONDS), SHOWN_AFTER_SECONDS + 1);
  return execution;
}

describe('With SecondPerson Required, an item restore', () => {
  it('writes after the yes of a second person, and its record names the principal', async () => {
    const execution = await asked();

    const [status] = await answerAtUrl(simulation, person(simulation, 'bob', 'Approves'), execution, true);
    await simulation.finish(execution);

    expect([status, execution.status]).toEqual([200, 'SUCCEEDED']);
    expect(items(simulation).a).toEqual(product('a'));
    expect(simulation.runRecord(execution)?.approval).toMatchObject({
      isApproved: true,
      principal: expect.stringContaining('assumed-role/Approves/bob'),
    });
  });

  it('writes nothing when who started it says yes, which is refused, and then no', async () => {
    const execution = await asked();
    const before = items(simulation);
    const alice = person(simulation, 'alice', 'Approves');

    const yes = await answerAtUrl(simulation, alice, execution, true);
    const no = await answerAtUrl(simulation, alice, execution, false);
    await simulation.finish(execution);

    expect([yes[0], no[0]]).toEqual([403, 200]);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRefusedError' });
    expect(items(simulation)).toEqual(before);
  });

  it('writes nothing on a yes that stands in the record without a principal: it is refused', async () => {
    const execution = await asked();
    const before = items(simulation);
    const record = simulation.runRecord(execution);
    const { region, stack } = simulation;
    region.dynamodb.UpdateItem({
      TableName: stack.resource('RunsTable').physicalId,
      Key: { runId: { S: String(record?.runId) }, item: { S: 'run' } },
      UpdateExpression: 'SET approval = :yes',
      ExpressionAttributeValues: {
        ':yes': { M: { isApproved: { BOOL: true }, saidToBe: { S: 'bob' }, at: { N: '1' } } },
      },
    });

    await simulation.finish(execution);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRefusedError' });
    expect(items(simulation)).toEqual(before);
  });

  it('with Approval Skip is refused', async () => {
    simulation = await open(SETUP);

    const execution = simulation.start(WORKFLOW, inputOf({ Approval: 'Skip' }));
    await simulation.finish(execution);

    expect(execution.cause).toContain('this stack forbids "Skip"');
  });
});
