import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { requireEnv } from '../config';
import { hasName } from '../error-name';
import { changeOf } from '../items';
import type { Scope } from './partitions';
import type { OpenWait, WaitKind } from './waits';

/** Waits that are looked at together have their looks at multiples of one of these, so that they share them: parts of the schedule's five minutes. */
const INTERVALS = [300, 150, 100, 75, 60, 50, 30, 25, 20, 15, 10, 5];
const WAITS_TABLE = requireEnv('WAITS_TABLE');
/** The items that say up to which time all shared looks at waits of a scope have been begun. */
const KEYS = { common: { id: 'looks' }, shards: { id: 'looks-shards' } };

type Looked = Pick<OpenWait, 'startedAt'>;

/** A look that so many waits share costs little for each: it comes twice as often as the kind's rhythm says. */
export const CHEAP_FROM = 20;

/** True if a shared look at the wait falls into the time after `since`, up to `by`. */
export function isLookDue(kind: WaitKind, wait: Looked, since: number, by: number, isCheap: boolean): boolean {
  const interval = intervalOf(kind, wait, by, isCheap);
  return Math.floor(by / interval) * interval > since;
}

/** When the next shared look at the wait is due after `by`. */
export function nextSharedLook(kind: WaitKind, wait: Looked, by: number, isCheap: boolean): number {
  const interval = intervalOf(kind, wait, by, isCheap);
  return (Math.floor(by / interval) + 1) * interval;
}

function intervalOf(kind: WaitKind, { startedAt }: Looked, by: number, isCheap: boolean): number {
  const delay = kind.delaySeconds(Math.max(0, by - startedAt)) / (isCheap ? 2 : 1);
  return INTERVALS.find((interval) => interval <= delay) ?? 5;
}

/**
 * Claims the shared looks up to `by`, and returns up to when others had been claimed before; undefined if somebody has
 * claimed these. So a message that is late or repeated begins no look, whatever number of waits there is.
 */
export async function claimLooks(scope: Scope, by: number): Promise<number | undefined> {
  try {
    const { Attributes } = await tables.send(
      new UpdateCommand({
        TableName: WAITS_TABLE,
        Key: KEYS[scope],
        ...changeOf(
          { set: { begunUntil: by } },
          { condition: 'attribute_not_exists(id) OR #begunUntil < :begunUntil' },
        ),
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Number(Attributes?.begunUntil ?? 0);
  } catch (error) {
    if (hasName(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}
