import { join } from 'node:path';
import { Account } from '../../account';
import type { Fault } from '../../faults';
import type { FunctionConfiguration } from '../../lambda/container';
import { allowing, putRoles, roleArn } from './iam/roles';

let account: Account;

/** An account with one function, whose handler is exported by lambda-handlers.ts. */
function deploy(handler: string, more: Partial<FunctionConfiguration> = {}, faults: Fault[] = []): string {
  account = new Account({ seed: 1, faults });
  putRoles(account, { builder: { inline: { read: allowing('ec2:DescribeInstances') } } });
  return create(handler, more);
}

function create(handler: string, more: Partial<FunctionConfiguration> = {}): string {
  const functionName = more.functionName ?? 'builder';
  const functionArn = account.region().arn('lambda', `function:${functionName}`);
  account.region().lambda.create({
    functionName,
    functionArn,
    logicalId: 'BuilderFunction',
    entryPoint: join(__dirname, 'lambda-handlers.ts'),
    handler,
    environment: {},
    timeoutSeconds: 10,
    memorySizeMb: 256,
    roleArn: roleArn(account, 'builder'),
    ...more,
  });
  return functionArn;
}

afterEach(() => account.close());

const settled = <T>(asking: Promise<T>) => account.clock.runUntil(asking, 3600);
const invoke = (functionArn: string, payload: unknown = {}) => account.region().lambda.run(functionArn, payload);
const secondsOf = async (asking: Promise<unknown>) => {
  const before = account.clock.now;
  await settled(asking);
  return (account.clock.now - before) / 1000;
};

describe('A function', () => {
  it('has its own environment, and nothing of the process that simulates it', async () => {
    const first = deploy('readEnvironment', { environment: { STAGE: 'one' } });
    const second = create('readEnvironment', { functionName: 'other', environment: { STAGE: 'two' } });

    expect(await settled(invoke(first))).toEqual({ payload: { stage: 'one', region: 'eu-west-1' } });
    expect(await settled(invoke(second))).toEqual({ payload: { stage: 'two', region: 'eu-west-1' } });
  });

  it('keeps its module state while its container is warm', async () => {
    const counter = deploy('count');

    const cold = await secondsOf(invoke(counter));
    const warm = await settled(invoke(counter));

    expect(cold).toBeGreaterThanOrEqual(0.2);
    expect(warm).toEqual({ payload: 2 });
  });

  it.each([
    [{ clock: 'BuilderFunction', fault: 'skew', skewSeconds: -3 } as const, -3000, -3000],
    [{ clock: '*', fault: 'skew', skewSeconds: 3 } as const, -3000, 3000],
    [{ clock: 'OtherFunction', fault: 'skew', skewSeconds: 3 } as const, 0, 0],
  ])('has a clock that can differ from that of the services: %j', async (fault, from, to) => {
    const clock = deploy('readClock', {}, [fault]);
    account.region().ec2.load({ instances: [{ InstanceId: 'i-0000000000000000a' }] });

    const { payload } = (await settled(invoke(clock))) as { payload: Record<string, number> };

    const ahead = (payload.now ?? 0) - account.clock.now;
    expect(ahead).toBeGreaterThanOrEqual(from - 1000);
    expect(ahead).toBeLessThanOrEqual(to);
    expect(payload).toMatchObject({ made: payload.now, given: 5, isTime: true });
  });

  it('begins anew with another environment', async () => {
    const counter = deploy('count');
    await settled(invoke(counter));

    const { lambda } = account.region();
    const configuration = lambda.functions.get(counter)?.configuration as FunctionConfiguration;
    lambda.update({ ...configuration, environment: { STAGE: 'new' } });

    expect(await settled(invoke(counter))).toEqual({ payload: 1 });
  });

  it('has a container for each invocation that runs at the same time', async () => {
    const waiter = deploy('wait');

    const answers = await settled(Promise.all([invoke(waiter, { seconds: 3 }), invoke(waiter, { seconds: 3 })]));

    expect(answers).toMatchObject([{ payload: { invocations: 1 } }, { payload: { invocations: 1 } }]);
  });

  it('is throttled beyond its reserved concurrency', async () => {
    const waiter = deploy('wait', { reservedConcurrency: 1 });
    const running = invoke(waiter, { seconds: 3 });

    await expect(settled(invoke(waiter, { seconds: 1 }))).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    await settled(running);
    await expect(settled(invoke(waiter, { seconds: 1 }))).resolves.toMatchObject({ payload: { invocations: 2 } });
  });

  it('is ended by its timeout in virtual time, and its container with it', async () => {
    const waiter = deploy('wait');

    await settled(invoke(waiter, { seconds: 4 }));
    const before = account.clock.now;
    const late = await settled(invoke(waiter, { seconds: 60 }));
    const next = await settled(invoke(waiter, { seconds: 1 }));

    expect(late).toEqual({
      functionError: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 10.00 seconds$/),
      },
    });
    expect((account.clock.now - before) / 1000).toBeLessThan(12);
    expect(next).toMatchObject({ payload: { invocations: 1 } });
  });

  it('knows how much time it has left', async () => {
    const waiter = deploy('wait');

    expect(await settled(invoke(waiter, { seconds: 4 }))).toMatchObject({ payload: { remaining: 6000 } });
  });

  it('makes no call any more once it has crashed', async () => {
    const caller = deploy('callTwice', {}, [{ call: 'ec2:DescribeInstances', fault: 'crashAfter' }]);

    const crashed = await settled(invoke(caller));
    await settled(account.clock.sleep(60));

    expect(crashed).toMatchObject({ functionError: { errorType: 'Runtime.ExitError' } });
    expect(account.endpoint.callCounts()).toEqual({ 'ec2:DescribeInstances': 1 });
    expect(await settled(invoke(caller))).toEqual({ payload: 'both' });
  });

  it("calls with its own role's permissions", async () => {
    deploy('count');
    putRoles(account, { nobody: {} });
    const powerless = create('callTwice', { functionName: 'powerless', roleArn: roleArn(account, 'nobody') });

    expect(await settled(invoke(powerless))).toMatchObject({ functionError: { errorType: 'UnauthorizedOperation' } });
  });

  it.each([
    ['class', { errorType: 'TargetBusyError', errorMessage: 'i-1 is in another run', stackTrace: expect.any(Array) }],
    ['text', { errorType: 'Error', errorMessage: 'just text' }],
  ])('fails with the name and the message of what it throws (%s)', async (how, functionError) => {
    const failing = deploy('fail');

    expect(await settled(invoke(failing, { how }))).toEqual({ functionError });
  });

  it.each([
    ['forget', {}, null],
    [
      'answer',
      { date: new Date(0), gone: undefined, list: [1, undefined] },
      { date: '1970-01-01T00:00:00.000Z', list: [1, null] },
    ],
  ])('takes and gives JSON (%s)', async (handler, payload, expected) => {
    const builder = deploy(handler);

    expect(await settled(invoke(builder, payload))).toEqual({ payload: expected });
  });

  it('answers an Invoke as Lambda does, whether it fails or not', async () => {
    const failing = deploy('fail');
    create('answer', { functionName: 'echo' });
    const { lambda } = account.region();
    const text = (answer: object) => String((answer as { Payload: Buffer }).Payload);

    const failed = await settled(lambda.Invoke({ FunctionName: failing, Payload: '{"how":"class"}' }));
    const done = await settled(lambda.Invoke({ FunctionName: 'echo', Payload: Buffer.from('{"a":"ü"}') }));

    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text(failed))).toMatchObject({ errorType: 'TargetBusyError' });
    expect(done).not.toHaveProperty('FunctionError');
    expect(text(done)).toBe('{"a":"ü"}');
    const tooMuch = lambda.Invoke({ FunctionName: 'echo', Payload: JSON.stringify('x'.repeat(6 * 1024 * 1024)) });
    await expect(settled(tooMuch)).rejects.toMatchObject({ code: 'RequestTooLargeException', status: 413 });
    await expect(settled(lambda.Invoke({ FunctionName: 'none' }))).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  it('writes its log lines to its log group', async () => {
    const logger = deploy('log');

    await settled(invoke(logger));

    expect(account.logs.map(({ logicalId, line }) => `${logicalId}: ${line}`)).toEqual([
      'BuilderFunction: to the console',
      'BuilderFunction: to standard output',
    ]);
  });
});
