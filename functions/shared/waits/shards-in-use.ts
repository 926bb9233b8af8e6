import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { hasName } from '../error-name';
import { changeOf } from '../items';
import { COMMON } from './partitions';
import type { OpenWait } from './waits';

const WAITS_TABLE = requireEnv('WAITS_TABLE');
/** An item among the open waits that is none: who lists these learns of it without another request. */
const MARK = 'shards';

/**
 * Notes that waits may be in the shards until then; before the first one is stored there. Its next look is never due before,
 * so a release that does not know it leaves it alone. Safe to repeat: the latest time stays.
 */
export async function noteShards(until: number): Promise<void> {
  const mark = {
    kind: MARK,
    due: COMMON,
    startedAt: nowSeconds(),
    heardAt: 0,
    version: 0,
    nextCheckAt: until,
    expiresAt: until,
  };
  const change = changeOf({ set: mark }, { condition: 'attribute_not_exists(id) OR #nextCheckAt < :nextCheckAt' });
  try {
    await tables.send(new UpdateCommand({ TableName: WAITS_TABLE, Key: { id: MARK }, ...change }));
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
  }
}

/** True for the mark among the open waits. */
export function isMark({ kind }: Pick<OpenWait, 'kind'>): boolean {
  return kind === MARK;
}
