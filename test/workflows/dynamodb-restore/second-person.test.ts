import { open, smallWorld, swapInput, tableOf } from '../../../scenarios/dynamodb-restore/parks';
import {
  answerAtUrl,
  givePolicies,
  PEOPLE,
  person as personIn,
  SHOWN_AFTER_SECONDS,
  startAs as startIn,
} from '../../../scenarios/dynamodb-restore/second-person';
import type { Simulation } from '../../../scenarios/simulation';
import type { Execution } from '../../../simulator/asl/execution';
import type { PinnedDoubts } from '../../../simulator/doubts';
import type { Caller } from '../../../simulator/service';

const ACCOUNT = '111122223333';

let simulation: Simulation;
afterEach(() => simulation?.close());

async function prepare(doubts: PinnedDoubts = {}): Promise<void> {
  const parameters = { SecondPerson: 'Required' };
  simulation = await open(smallWorld({ parameters, operator: { answer: 'none' }, roles: PEOPLE }), [], 1, doubts);
  givePolicies(simulation);
}

const person = (name: string, role: string) => personIn(simulation, name, role);
const start = (caller: Caller) => startIn(simulation, 'dynamodb-swap-restore', swapInput(), caller);

/** Starts a swap as a person, and waits until it asks. */
async function startAs(caller: Caller): Promise<Execution> {
  const execution = await start(caller);
  const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL NEEDED'));
  await simulation.account.clock.runUntil(isAsked, 3600);
  return execution;
}

async function wait(seconds: number): Promise<void> {
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(seconds), seconds + 1);
}

const answer = (caller: Caller, execution: Execution, isApproved: boolean) =>
  answerAtUrl(simulation, caller, execution, isApproved);

async function invoke(functionId: string, payload: object, caller: Caller): Promise<string> {
  const { lambda, account } = simulation.region;
  const FunctionName = String(simulation.stack.resource(functionId).attributes.Arn);
  const call = account.endpoint
    .request(lambda, 'Invoke', { FunctionName, Payload: JSON.stringify(payload) }, caller)
    .then(
      (result) => Buffer.from((result as { Payload: Uint8Array }).Payload).toString(),
      (error: Error) => error.message,
    );
  return account.clock.runUntil(call, 60);
}

describe('With SecondPerson Required', () => {
  it('the yes of a second person, once CloudTrail tells the first, deletes and restores the table', async () => {
    // Prepare
    await prepare();
    const execution = await startAs(person('alice', 'Requests'));
    await wait(SHOWN_AFTER_SECONDS);

    // Act
    const [status, stored] = await answer(person('bob', 'Approves'), execution, true);
    await simulation.finish(execution);

    // Assess
    expect([status, stored]).toEqual([200, { RunId: execution.arn, Approved: true }]);
    expect(execution.status).toBe('SUCCEEDED');
    expect(simulation.runRecord(execution)?.approval).toMatchObject({
      isApproved: true,
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/Approves/bob`,
    });
  });

  it.each([
    ['who started it, in the same role', 'alice', 'Admin', 'Admin'],
    ['who started it, in another role', 'alice', 'Admin', 'Approves'],
    ['in the role that started it', 'bob', 'Admin', 'Admin'],
  ])('the yes of a person %s is refused', async (_, name, startRole, answerRole) => {
    await prepare();
    const execution = await startAs(person('alice', startRole));
    await wait(SHOWN_AFTER_SECONDS);

    const [status, { Message }] = await answer(person(name, answerRole), execution, true);

    expect(status).toBe(403);
    expect(Message).toContain(`assumed-role/${startRole}/alice started the run`);
    expect(simulation.runRecord(execution)?.approval).toBeUndefined();
    expect(tableOf(simulation)).toBeDefined();
  });

  it.each([
    ['fiveMinutes', 6 * 60],
    ['fifteenMinutes', SHOWN_AFTER_SECONDS],
  ] as const)(
    'a yes is refused until CloudTrail tells who started the run (%s)',
    async (behaviour, toldAfterSeconds) => {
      await prepare({ 'cloudTrail.delay': behaviour });
      const execution = await startAs(person('alice', 'Requests'));
      const bob = person('bob', 'Approves');

      const early = await answer(bob, execution, true);
      await wait(toldAfterSeconds - 240);
      const [sooner] = await answer(bob, execution, true);
      await wait(240);
      const [late] = await answer(bob, execution, true);

      expect(early).toEqual([409, { Message: expect.stringContaining('answer again in some minutes') }]);
      expect([sooner, late]).toEqual([409, 200]);
    },
  );

  it('a principal that starts the execution again within the minute is one of those who started it', async () => {
    await prepare();
    await start(person('alice', 'Requests'));
    const execution = await startAs(person('mallory', 'Admin'));
    await wait(SHOWN_AFTER_SECONDS);

    const [status] = await answer(person('mallory', 'Admin'), execution, true);

    expect(status).toBe(403);
  });

  it('a run that a service started has no second person', async () => {
    await prepare();
    const execution = await startAs({ principalArn: 'events.amazonaws.com', accountId: ACCOUNT });
    await wait(SHOWN_AFTER_SECONDS);

    const [status, { Message }] = await answer(person('bob', 'Approves'), execution, true);

    expect([status, Message]).toEqual([403, expect.stringContaining('A service started the run')]);
  });

  it('the no of who started it counts at once, and ends the run', async () => {
    await prepare();
    const alice = person('alice', 'Admin');
    const execution = await startAs(alice);

    const [status, stored] = await answer(alice, execution, false);
    await simulation.finish(execution);

    expect([status, stored.Approved]).toEqual([200, false]);
    expect(execution.error).toBe('ApprovalRefusedError');
    expect(execution.cause).toContain('assumed-role/Admin/alice');
  });

  it('direct invocations are refused, also those that name a principal', async () => {
    await prepare();
    const execution = await startAs(person('alice', 'Requests'));
    await wait(SHOWN_AFTER_SECONDS);
    const payload = { RunId: execution.arn, Approve: true, By: 'bob' };
    const admin = person('carol', 'Admin');

    const direct = await invoke('AnswerApprovalFunction', payload, admin);
    const besideTheUrl = await invoke('AnswerAsSecondPersonFunction', { body: JSON.stringify(payload) }, admin);
    const forged = await invoke('AnswerAsSecondPersonFunction', payload, person('bob', 'Approves'));

    expect(direct).toContain('SecondPersonRequiredError');
    expect(JSON.parse(besideTheUrl)).toMatchObject({ statusCode: 403 });
    expect(forged).toContain('not authorized to perform: lambda:InvokeFunction');
    expect(simulation.runRecord(execution)?.approval).toBeUndefined();
  });

  it('principals without the right, and of other accounts, do not reach the function', async () => {
    await prepare();
    const execution = await startAs(person('alice', 'Requests'));

    const requester = await answer(person('bob', 'Requests'), execution, true);
    const foreign = await answer(
      { principalArn: 'arn:aws:iam::444455556666:role/Admin', accountId: '444455556666' },
      execution,
      true,
    );

    expect([requester[0], foreign[0]]).toEqual([403, 403]);
  });

  it('an input with Approval Skip is refused, and who answers cannot start runs', async () => {
    await prepare();

    const execution = simulation.start('dynamodb-swap-restore', swapInput({ Approval: 'Skip' }));
    await simulation.finish(execution);

    expect(execution.cause).toContain('this stack forbids "Skip"');
    await expect(startAs(person('bob', 'Approves'))).rejects.toThrow(
      /not authorized to perform: states:StartExecution/,
    );
  });
});
