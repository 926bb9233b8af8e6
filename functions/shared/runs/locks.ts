import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { requireEnv } from '../config';
import { hasName } from '../error-name';
import { findHolderElsewhere, otherLocksTables } from './other-stacks';
import { executionArnOf } from './run-id';
import { getRun, runExpiresAt } from './runs';

const LOCKS_TABLE = requireEnv('LOCKS_TABLE');

/**
 * Takes the lock of a target (an instance id, a table's ARN …) for a run, also from a run that is closed.
 * Returns undefined, or the execution that holds the lock. Safe to repeat: a run may take its own lock again.
 */
export async function takeLock(target: string, runId: string): Promise<string | undefined> {
  const holder = await putLock(target, runId, 'attribute_not_exists(target) OR runId = :mine', { ':mine': runId });
  if (!holder) return undefined;
  // The record is written before the lock is taken, so a holder without an open record is no longer running.
  const run = await getRun(holder);
  if (run?.open) return executionArnOf(holder);
  // ":mine": the SDK may repeat a request whose answer was lost.
  const next = await putLock(target, runId, 'attribute_not_exists(target) OR runId IN (:holder, :mine)', {
    ':holder': holder,
    ':mine': runId,
  });
  return next && executionArnOf(next);
}

/**
 * Takes the lock of a target that runs of other stacks may work on too. Returns undefined, or the execution that holds it,
 * here or in another stack; then this run's own lock goes when its record is closed. Safe to repeat.
 */
export async function takeTargetLock(
  target: string,
  runId: string,
  lockTables?: readonly string[],
): Promise<string | undefined> {
  return (await takeLock(target, runId)) ?? findHolderElsewhere(target, lockTables ?? (await otherLocksTables()));
}

async function putLock(target: string, runId: string, condition: string, values: object): Promise<string | undefined> {
  try {
    await tables.send(
      new PutCommand({
        TableName: LOCKS_TABLE,
        Item: { target, runId, expiresAt: runExpiresAt() },
        ConditionExpression: condition,
        ExpressionAttributeValues: { ...values },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
    const { Item } = error as { Item?: { runId?: { S?: string } | string } };
    const holder = Item?.runId;
    return (typeof holder === 'string' ? holder : holder?.S) ?? 'another run';
  }
}

/** The execution whose open run holds a target's lock, or undefined. Only reads. */
export async function findLockHolder(target: string): Promise<string | undefined> {
  const { Item } = await tables.send(new GetCommand({ TableName: LOCKS_TABLE, Key: { target }, ConsistentRead: true }));
  if (!Item) return undefined;
  const run = await getRun(String(Item.runId));
  return run?.open ? executionArnOf(run.runId) : undefined;
}

/** Releases a lock. Safe to repeat: a lock that another run holds by now stays. */
export async function releaseLock(target: string, runId: string): Promise<void> {
  try {
    await tables.send(
      new DeleteCommand({
        TableName: LOCKS_TABLE,
        Key: { target },
        ConditionExpression: 'runId = :mine',
        ExpressionAttributeValues: { ':mine': runId },
      }),
    );
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
  }
}
