import {
  DAMAGED,
  DUPLICATE,
  GOOD,
  open,
  output,
  run,
  settingsOf,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { Execution } from '../../../simulator/asl/execution';

let simulation: Simulation;

afterEach(() => simulation?.close());

/** A run that waits for an answer, and no operator who gives one. */
async function asked(keys: Record<string, unknown> = {}): Promise<Execution> {
  simulation = await open(smallWorld({ operator: { answer: 'none' } }));
  const execution = simulation.start('dynamodb-swap-restore', swapInput(keys));
  const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL NEEDED'));
  await simulation.account.clock.runUntil(isAsked, 86400);
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(10), 20);
  return execution;
}

function answer(payload: unknown) {
  const { attributes } = simulation.stack.resource('AnswerApprovalFunction');
  return simulation.account.clock.runUntil(simulation.region.lambda.run(String(attributes.Arn), payload), 60);
}

it('says what will be deleted, what the fallback is, and how to answer (S4-F20)', async () => {
  const execution = await asked();
  const [request] = simulation.region.sns.published;
  const run = simulation.runRecord(execution);
  for (const part of [
    TABLE,
    'DELETED',
    DUPLICATE,
    String(run?.fallbackBackupArn),
    execution.arn,
    '3 items, 4096 bytes',
    '21:30:00',
  ])
    expect(request?.message).toContain(part);
  expect(request?.message).toMatch(/aws lambda invoke --function-name backup-workflows-AnswerApprovalFunction/);
  expect(request?.message).toContain('Without an answer until 2026-11-21T22:');
});

it('does nothing to the table before the answer', async () => {
  await asked();
  expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
});

it('continues at once after a yes, and records the name that was given', async () => {
  const execution = await asked();
  await answer({ RunId: execution.arn, Approve: true, By: 'Ada' });
  await simulation.finish(execution);
  expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
  expect(simulation.runRecord(execution)).toMatchObject({ approval: { isApproved: true, saidToBe: 'Ada' } });
  expect(tableOf(simulation)?.Items).toEqual(GOOD);
});

it('leaves the table untouched and its protection as it was when a person says no (S4-D30)', async () => {
  const execution = await asked();
  const before = settingsOf(simulation);
  const { Table } = simulation.region.dynamodb.DescribeTable({ TableName: TABLE });
  await answer({ RunId: execution.arn, Approve: false, By: 'Ada' });
  await simulation.finish(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRefusedError' });
  expect(execution.cause).toContain('Ada');
  expect(simulation.region.dynamodb.DescribeTable({ TableName: TABLE }).Table?.TableId).toBe(Table?.TableId);
  expect(settingsOf(simulation)).toEqual(before);
  expect(tableNames(simulation)).toEqual([TABLE]);
  const isTouched = simulation.account.endpoint.calls.some(({ call }) => /UpdateTable|UpdateContinuous/.test(call));
  expect(isTouched).toBe(false);
});

it('deletes nothing when no answer comes in time', async () => {
  const execution = await asked({ ApprovalTimeoutMinutes: 60 });
  await simulation.finish(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'WaitDeadlineError' });
  expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
  expect(tableNames(simulation)).toEqual([TABLE]);
});

it('takes no yes any more when the time for it is over, although the run still has to end', async () => {
  const execution = await asked({ ApprovalTimeoutMinutes: 5 });
  const isOver = () => simulation.items('WaitsTable').every(({ kind, due }) => kind !== 'approval' || !due);
  await simulation.account.clock.runUntil(isOver, 600);
  const late = await answer({ RunId: execution.arn, Approve: true });
  expect(late).toMatchObject({
    functionError: { errorMessage: expect.stringContaining('does not wait for an answer') },
  });
  expect(execution.status).toBe('RUNNING');
  expect(simulation.runRecord(execution)?.approval).toBeUndefined();
  await simulation.finish(execution);
  expect(execution.error).toBe('WaitDeadlineError');
});

it('deletes nothing when a person ends the question in Step Functions, without an answer', async () => {
  const execution = await asked();
  const wait = simulation.items('WaitsTable').find(({ kind }) => kind === 'approval');
  simulation.region.stepFunctions.SendTaskSuccess({ taskToken: String(wait?.taskToken), output: '{}' });
  await simulation.finish(execution);
  expect(execution).toMatchObject({
    error: 'ApprovalRefusedError',
    cause: expect.stringContaining('there is no answer'),
  });
  expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
});

it('keeps a no when a yes comes after it, and answers from what is stored', async () => {
  const execution = await asked();
  await answer({ RunId: execution.arn, Approve: false });
  const second = await answer({ RunId: execution.arn, Approve: true });
  expect(second).toMatchObject({
    payload: { RunId: execution.arn, Approved: false, Message: expect.stringContaining('a yes does not replace it') },
  });
  await simulation.finish(execution);
  expect(execution.error).toBe('ApprovalRefusedError');
});

it.each([0, 5, 20, 40, 60, 80, 100, 150, 400])(
  'deletes nothing when a yes comes %i ms after a no, and both are answered with the stored no',
  async (gapMs) => {
    // Prepare
    const execution = await asked();
    const { clock } = simulation.account;
    const give = (Approve: boolean) =>
      simulation.region.lambda.run(String(simulation.stack.resource('AnswerApprovalFunction').attributes.Arn), {
        RunId: execution.arn,
        Approve,
      });

    // Act
    const answers = Promise.all([give(false), clock.sleep(gapMs / 1000).then(() => give(true))]);
    const [no, yes] = await clock.runUntil(answers, 60);
    await simulation.finish(execution);

    // Assess
    expect([no, yes]).toMatchObject([{ payload: { Approved: false } }, { payload: { Approved: false } }]);
    expect(execution.error).toBe('ApprovalRefusedError');
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
  },
);

it('takes a no that replaces a yes before the deletion begins', async () => {
  // Prepare: the function that deletes cannot look at the backups for a minute
  const execution = await asked();
  simulation.account.faults.list.push({
    call: 'dynamodb:DescribeBackup',
    by: 'DeleteOriginalFunction',
    fault: 'serverError',
    times: 12,
  });

  // Act
  const yes = await answer({ RunId: execution.arn, Approve: true });
  const no = await answer({ RunId: execution.arn, Approve: false, By: 'Ada' });
  await simulation.finish(execution);

  // Assess
  expect([yes, no]).toMatchObject([{ payload: { Approved: true } }, { payload: { Approved: false } }]);
  expect(execution).toMatchObject({
    error: 'ApprovalRefusedError',
    cause: expect.stringContaining('said to be of Ada'),
  });
  expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
  expect(simulation.account.endpoint.callCounts()['dynamodb:UpdateTable']).toBeUndefined();
});

it('answers a no that comes after the deletion has begun with "too late"', async () => {
  const execution = await asked();
  await answer({ RunId: execution.arn, Approve: true });
  const hasBegun = () => simulation.runRecord(execution)?.deletionIntendedAt !== undefined;
  await simulation.account.clock.runUntil(hasBegun, 600);
  const no = await answer({ RunId: execution.arn, Approve: false });
  expect(no).toMatchObject({ payload: { Approved: true, Message: expect.stringContaining('Too late') } });
  await simulation.finish(execution);
  expect(execution.status).toBe('SUCCEEDED');
});

it.each([
  ['a text for true (S4-D22)', { Approve: 'Y' }, 'Approve: must be true or false'],
  ['no run', { RunId: undefined, Approve: true }, 'RunId: must be the ARN'],
  ['a run that does not wait', { RunId: 'arn:nothing', Approve: true }, 'does not wait for an answer'],
])('refuses an answer with %s', async (_name, keys, message) => {
  const execution = await asked();
  const result = await answer({ RunId: execution.arn, ...keys });
  expect(result).toMatchObject({
    functionError: { errorType: 'InvalidInputError', errorMessage: expect.stringContaining(message) },
  });
});

it('asks for no approval with Approval: Skip', async () => {
  await run(
    { input: swapInput({ Approval: 'Skip' }), world: smallWorld({ operator: { answer: 'none' } }) },
    (account, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(account.region.sns.published).toHaveLength(1);
    },
  );
});

it('refuses Approval: Skip before anything is touched where the stack forbids it', async () => {
  const world = smallWorld();
  const parameters = { ...world.parameters, ForbidSkip: 'Yes' };
  await run({ input: swapInput({ Approval: 'Skip' }), world: { ...world, parameters } }, (account, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(execution.cause).toContain('this stack forbids "Skip" (parameter ForbidSkip)');
    expect(tableOf(account)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
    expect(account.account.endpoint.callCounts()['dynamodb:CreateBackup']).toBeUndefined();
  });
});

it('does not replace a table by nothing unless a person looks at it', async () => {
  const source = { Type: 'PointInTime', RestoreDateTime: '2026-11-20T21:30:00Z' };
  const [table] = smallWorld().tables ?? [];
  const History = (table?.Items ?? []).map(({ pk }) => ({ At: '2026-11-20T21:45:00Z', Key: { pk: String(pk) } }));
  const world = smallWorld({ tables: [{ ...(table as NonNullable<typeof table>), History }] });
  await run({ world, input: swapInput({ Source: source, Approval: 'Skip' }) }, (account, execution) => {
    expect(execution.error).toBe('TableVerificationError');
    expect(tableOf(account)?.Items).toEqual(DAMAGED);
    expect(tableNames(account)).toEqual([TABLE]);
  });
});
