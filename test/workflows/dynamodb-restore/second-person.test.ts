import { open, smallWorld, swapInput, tableOf } from '../../../scenarios/dynamodb-restore/parks';
import { type Simulation, STACK_NAME } from '../../../scenarios/simulation';
import type { Execution } from '../../../simulator/asl/execution';
import type { Caller } from '../../../simulator/service';

const ACCOUNT = '111122223333';

/** CloudTrail shows a call a quarter of an hour late at worst. */
const SHOWN_AFTER_SECONDS = 16 * 60;

let simulation: Simulation;
afterEach(() => simulation?.close());

function world() {
  const role = (RoleName: string) => ({
    RoleName,
    TrustedServices: [],
    TrustedPrincipals: [`arn:aws:iam::${ACCOUNT}:root`],
    ManagedPolicies: [],
  });
  return smallWorld({
    parameters: { SecondPerson: 'Required' },
    operator: { answer: 'none' },
    roles: ['Requests', 'Approves', 'Admin'].map(role),
  });
}

async function prepare(): Promise<void> {
  simulation = await open(world());
  const { iam } = simulation.region;
  const policy = (id: string) => simulation.stack.resource(id).physicalId;
  iam.AttachRolePolicy({ RoleName: 'Requests', PolicyArn: policy('RequestRunsPolicy') });
  iam.AttachRolePolicy({ RoleName: 'Approves', PolicyArn: policy('AnswerApprovalsPolicy') });
  for (const RoleName of ['Admin'])
    iam.PutRolePolicy({
      RoleName,
      PolicyName: 'all',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    });
}

/** A person in a role, under the name that single sign-on gives the session. */
function person(name: string, role: string): Caller {
  const { sts, account } = simulation.region;
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
  const { Credentials } = sts.AssumeRole({ RoleArn, RoleSessionName: name }, account.root);
  const session = sts.sessionOf(Credentials?.AccessKeyId ?? '');
  if (!session) throw new Error(`${name} has no session.`);
  return session.caller;
}

async function start(caller: Caller): Promise<Execution> {
  const { stepFunctions, account } = simulation.region;
  const stateMachineArn = simulation.region.arn('states', `stateMachine:${STACK_NAME}-dynamodb-swap-restore`);
  const input = { stateMachineArn, name: 'run-1', input: JSON.stringify(swapInput()) };
  const started = account.endpoint.request(stepFunctions, 'StartExecution', input, caller);
  const { executionArn } = (await account.clock.runUntil(started, 60)) as { executionArn: string };
  return stepFunctions.executions.get(executionArn) as Execution;
}

/** Starts a swap as somebody, and waits until it asks. */
async function startAs(caller: Caller): Promise<Execution> {
  const execution = await start(caller);
  const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL NEEDED'));
  await simulation.account.clock.runUntil(isAsked, 3600);
  return execution;
}

async function wait(seconds: number): Promise<void> {
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(seconds), seconds + 1);
}

/** Answers at the function URL; the status and what it says. */
async function answer(
  caller: Caller,
  { arn }: Execution,
  Approve: boolean,
): Promise<[number, { Message?: string; Approved?: boolean }]> {
  const url = simulation.stack.outputs.AnswerAsSecondPersonUrl ?? '';
  const body = JSON.stringify({ RunId: arn, Approve });
  const response = await simulation.account.clock.runUntil(simulation.region.lambda.invokeUrl(url, body, caller), 60);
  return [response.statusCode, JSON.parse(response.body)];
}

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
  ])('the yes of somebody %s is refused', async (_, name, startRole, answerRole) => {
    await prepare();
    const execution = await startAs(person('alice', startRole));
    await wait(SHOWN_AFTER_SECONDS);

    const [status, { Message }] = await answer(person(name, answerRole), execution, true);

    expect(status).toBe(403);
    expect(Message).toContain(`assumed-role/${startRole}/alice started the run`);
    expect(simulation.runRecord(execution)?.approval).toBeUndefined();
    expect(tableOf(simulation)).toBeDefined();
  });

  it('a yes is refused until CloudTrail tells who started the run', async () => {
    await prepare();
    const execution = await startAs(person('alice', 'Requests'));
    const bob = person('bob', 'Approves');

    const early = await answer(bob, execution, true);
    await wait(SHOWN_AFTER_SECONDS);
    const late = await answer(bob, execution, true);

    expect(early).toEqual([409, { Message: expect.stringContaining('answer again in some minutes') }]);
    expect(late[0]).toBe(200);
  });

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
