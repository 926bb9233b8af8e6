import '../../environment';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { releaseLock, takeLock } from '../../../../../functions/shared/runs/locks';

const tables = mockClient(DynamoDBDocumentClient);
afterEach(() => tables.reset());

function refusedFor(holder: string | undefined): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(holder && { Item: { target: { S: 'i-1' }, runId: { S: holder } } }),
  });
}

describe('A run that takes a lock', () => {
  it('takes a free lock, with a numeric time to live', async () => {
    // Prepare
    tables.on(PutCommand).resolves({});

    // Act
    const holder = await takeLock('i-1', 'mine');

    // Assess
    expect(holder).toBeUndefined();
    const [put] = tables.commandCalls(PutCommand);
    expect(put?.args[0].input.Item).toEqual({ target: 'i-1', runId: 'mine', expiresAt: expect.any(Number) });
  });

  it('names the holder when its run is open', async () => {
    // Prepare
    tables.on(PutCommand).rejects(refusedFor('theirs'));
    tables.on(GetCommand).resolves({ Item: { runId: 'theirs', open: 'open' } });

    // Act
    const holder = await takeLock('i-1', 'mine');

    // Assess
    expect(holder).toBe('theirs');
  });

  it.each([
    ['closed', { runId: 'theirs', outcome: 'FAILED' }],
    ['not recorded', undefined],
  ])('takes over the lock of a run that is %s, from that run only', async (_what, Item) => {
    // Prepare
    tables.on(PutCommand).rejectsOnce(refusedFor('theirs')).resolves({});
    tables.on(GetCommand).resolves({ Item });

    // Act
    const holder = await takeLock('i-1', 'mine');

    // Assess
    expect(holder).toBeUndefined();
    const [, takeOver] = tables.commandCalls(PutCommand);
    expect(takeOver?.args[0].input).toMatchObject({
      Item: { target: 'i-1', runId: 'mine' },
      ConditionExpression: expect.stringContaining('runId IN (:holder'),
      ExpressionAttributeValues: { ':holder': 'theirs' },
    });
  });

  it('names the one who was faster in taking over', async () => {
    // Prepare
    tables.on(PutCommand).rejectsOnce(refusedFor('theirs')).rejects(refusedFor('faster'));
    tables.on(GetCommand).resolves({});

    // Act
    const holder = await takeLock('i-1', 'mine');

    // Assess
    expect(holder).toBe('faster');
  });

  it('fails when the table does', async () => {
    // Prepare
    tables.on(PutCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    // Act
    const taking = takeLock('i-1', 'mine');

    // Assess
    await expect(taking).rejects.toThrow('no');
  });
});

describe('A run that gives its lock back', () => {
  it('leaves a lock that another run holds by now', async () => {
    // Prepare
    tables.on(DeleteCommand).rejects(refusedFor('theirs'));

    // Act
    const releasing = releaseLock('i-1', 'mine');

    // Assess
    await expect(releasing).resolves.toBeUndefined();
    const [call] = tables.commandCalls(DeleteCommand);
    expect(call?.args[0].input).toMatchObject({
      ConditionExpression: 'runId = :mine',
      ExpressionAttributeValues: { ':mine': 'mine' },
    });
  });
});
