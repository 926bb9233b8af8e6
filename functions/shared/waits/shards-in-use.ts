import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { hasName } from '../error-name';
import { changeOf } from '../items';
import type { Scope } from './partitions';

const WAITS_TABLE = requireEnv('WAITS_TABLE');
/** The item that says until when waits may be in the shards. It never expires: without it they would not be found. */
const KEY = { id: 'shards' };

/** Notes that waits may be in the shards until then. Before the first one is stored. Safe to repeat: the latest time stays. */
export async function noteShards(until: number): Promise<void> {
  const change = changeOf(
    { set: { usedUntil: until } },
    { condition: 'attribute_not_exists(id) OR #usedUntil < :usedUntil' },
  );
  try {
    await tables.send(new UpdateCommand({ TableName: WAITS_TABLE, Key: KEY, ...change }));
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
  }
}

/** Where open waits may be. */
export async function scopesInUse(): Promise<Scope[]> {
  const { Item } = await tables.send(new GetCommand({ TableName: WAITS_TABLE, Key: KEY, ConsistentRead: true }));
  return Number(Item?.usedUntil ?? 0) >= nowSeconds() ? ['common', 'shards'] : ['common'];
}
