import { GetItemCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../clients/dynamodb-control';
import { requireEnv } from '../config';
import { logger } from '../logger';
import { describeError } from '../task';
import { executionArnOf } from './run-id';

/** A table of locks has the name that CloudFormation gives it: the stack's, the id in the template, and letters. */
const NAME = /-LocksTable-[A-Z0-9]+$/;
const OWN = requireEnv('LOCKS_TABLE');

/**
 * The tables of locks that other stacks of this suite have in the account and region. A list that cannot be read is none:
 * it keeps no run from its work, and `doctor` names the stacks.
 */
export async function otherLocksTables(): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {}))
      names.push(...TableNames.filter((name) => name !== OWN && NAME.test(name)));
  } catch (error) {
    logger.warn('Could not look for other stacks', { reason: describeError(error) });
  }
  return names;
}

/**
 * The run of another stack that holds a target, in words, or undefined. Call it when the own lock is taken: of two stacks
 * that do so, one at least sees the other. Whether that run is over is known to its stack alone. Reads only.
 */
export async function findHolderElsewhere(target: string, lockTables: readonly string[]): Promise<string | undefined> {
  for (const TableName of lockTables) {
    try {
      const Key = { target: { S: target } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      if (Item?.runId?.S) return `${executionArnOf(Item.runId.S)}, of another stack (its lock is in ${TableName})`;
    } catch (error) {
      logger.warn('Could not look at the locks of another stack', { TableName, reason: describeError(error) });
    }
  }
  return undefined;
}
