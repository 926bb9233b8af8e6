import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { decide, type OnConflict } from '../../functions/dynamodb-restore/item-restore/decide';
import type { Image } from '../../functions/dynamodb-restore/item-restore/images';
import { type Entry, folderOf, hashOfKeys, journalKeys } from '../../functions/dynamodb-restore/item-restore/journal';
import { CALL_FAULTS, type CallFault } from '../../simulator/faults';
import { Random } from '../../simulator/random';
import { equalValues } from '../../simulator/services/dynamodb/values';
import type { Simulation } from '../simulation';
import { open, TABLE } from './items';
import { Promises } from './promises';

type Item = Record<string, AttributeValue>;

/** What one interleaving of the apply step came to. */
interface Interleaved {
  broken: string[];
  /** Later writes of the application that the way of `revert-export` replaced, in the same interleaving. */
  lostByUnconditional: number;
  /** Entries that the application came in the way of: an interleaving without any shows little. */
  met: number;
}

/** How many interleavings share an account: its journal grows. */
export const SHARED = 40;

/** Interleavings of the apply step, one account for all of them. `seeds` are their numbers. */
export async function interleave(seeds: number[]): Promise<Interleaved[]> {
  const simulation = await open({ pasts: [], seed: 1 + (seeds[0] ?? 0) });
  try {
    const found: Interleaved[] = [];
    for (const seed of seeds) {
      const ours = await oneInterleaving(simulation, seed, 'ours');
      const theirs = await oneInterleaving(simulation, seed, 'unconditional');
      found.push({ broken: ours.broken, met: ours.met, lostByUnconditional: theirs.lost });
    }
    return found;
  } finally {
    simulation.close();
  }
}

interface Case {
  random: Random;
  skus: string[];
  bad: Map<string, Item | undefined>;
  entries: Entry[];
  to: number;
}

async function oneInterleaving(simulation: Simulation, seed: number, way: 'ours' | 'unconditional') {
  const { clock } = simulation.account;
  const passes = (seconds: number) => clock.runUntil(clock.sleep(seconds), seconds + 1);
  const random = new Random(seed * 104_729);
  const skus = Array.from({ length: 2 + Math.floor(random.next() * 4) }, (_, index) => `${way}-${seed}-${index}`);
  const images = skus.map((sku) => imagesOf(sku, random));
  for (const { old } of images) write(simulation, old);
  await passes(2);
  const from = clock.date.toISOString();
  // On the first second of the window.
  for (const [index, { old, bad }] of images.entries()) write(simulation, bad, old ?? keyOf(skus[index] ?? ''));
  await passes(2);
  const to = clock.date.toISOString();
  const isSelected = ({ Sku }: Item) => skus.includes(Sku?.S ?? '');
  const promises = new Promises(simulation, { from, to, isSelected });
  // On the second after it, and since: some items are conflicts from the start.
  for (const sku of skus) if (random.next() < 0.3) appWrite(simulation, sku, random);
  const onConflict: OnConflict = pick(random, ['Skip', 'Overwrite', 'Merge'] as const);
  const bad = new Map(images.map(({ bad: image }, index) => [skus[index] ?? '', image]));
  const entries = planOf(simulation, images, skus, onConflict);
  const one: Case = { random, skus, bad, entries, to: Date.parse(to) };
  const before = simulation.region.dynamodb.tables.get(TABLE)?.pointInTimeRecovery.journal.all().length ?? 0;
  for (let count = 4 + Math.floor(random.next() * 8); count > 0; count -= 1) {
    const sku = pick(random, skus);
    // While the functions start, read, write and tell.
    clock.after(random.between(0.2, 1.3), () => appWrite(simulation, sku, random));
  }
  const lost = way === 'ours' ? await writeOurs(simulation, seed, one) : await writeUnconditionally(simulation, one);
  promises.close();
  const after = simulation.region.dynamodb.tables.get(TABLE)?.pointInTimeRecovery.journal.all().length ?? 0;
  const broken = way === 'ours' ? [...promises.broken, ...untold(simulation, seed, promises)] : [];
  return { broken: broken.map((what) => `seed ${seed}: ${what}`), lost, met: after - before - promises.writes };
}

/** An item as it was, and as the bad job left it: changed, inserted, deleted, or with other types. */
function imagesOf(sku: string, random: Random): { old?: Item; bad?: Item } {
  const old: Item = { Sku: { S: sku }, Price: { N: '10' }, Tags: { SS: ['a', 'b'] }, Name: { S: 'x' } };
  const kind = pick(random, ['change', 'change', 'insert', 'delete', 'retype'] as const);
  if (kind === 'insert') return { bad: { Sku: { S: sku }, Price: { N: '0' } } };
  if (kind === 'delete') return { old };
  if (kind === 'retype') return { old, bad: { ...old, Price: { S: '10' }, Tags: { L: [{ S: 'a' }] } } };
  const { Name: _name, ...rest } = old;
  return { old, bad: { ...rest, Price: { N: '0' }, Batch: { S: 'x' } } };
}

function write({ region }: Simulation, item: Item | undefined, key?: Item): void {
  if (item) region.dynamodb.PutItem({ TableName: TABLE, Item: item });
  else if (key?.Sku) region.dynamodb.DeleteItem({ TableName: TABLE, Key: { Sku: key.Sku } });
}

const keyOf = (sku: string): Item => ({ Sku: { S: sku } });

/** The application changes, extends, replaces, deletes or makes an item; sometimes it writes what the bad job wrote. */
function appWrite({ region: { dynamodb } }: Simulation, sku: string, random: Random): void {
  const Key = keyOf(sku);
  const kind = pick(random, ['set', 'extend', 'same', 'replace', 'delete'] as const);
  if (kind === 'delete') dynamodb.DeleteItem({ TableName: TABLE, Key });
  else if (kind === 'replace')
    dynamodb.PutItem({ TableName: TABLE, Item: { ...Key, Price: { N: String(random.next() < 0.5 ? 0 : 7) } } });
  else {
    const attribute = kind === 'set' ? 'Price' : kind === 'extend' ? `Note${Math.floor(random.next() * 3)}` : 'Batch';
    dynamodb.UpdateItem({
      TableName: TABLE,
      Key,
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': attribute },
      ExpressionAttributeValues: {
        ':value': kind === 'same' ? { S: 'x' } : { N: String(Math.floor(random.next() * 5)) },
      },
    });
  }
}

/** The plan as the workflow makes it, in the order of the hashes. */
function planOf(
  simulation: Simulation,
  images: { old?: Item; bad?: Item }[],
  skus: string[],
  onConflict: OnConflict,
): Entry[] {
  const rules = { onConflict, nowSeconds: 0, restoreExpired: true };
  const entries = images.flatMap(({ old, bad }, index): Entry[] => {
    const keys = keyOf(skus[index] ?? '') as unknown as Image;
    const { Item: now } = simulation.region.dynamodb.GetItem({ TableName: TABLE, Key: keyOf(skus[index] ?? '') });
    const change = {
      keys,
      ...(old && { old: old as unknown as Image }),
      ...(bad && { new: bad as unknown as Image }),
      writtenAt: 1,
    };
    const decision = decide(change, now as Image | undefined, rules);
    return decision.kind === 'write' ? [decision.entry] : [];
  });
  return entries.sort((one, other) => (hashOfKeys(one.keys) < hashOfKeys(other.keys) ? -1 : 1));
}

const runIdOf = (simulation: Simulation, seed: number) =>
  `${simulation.region.arn('states', `execution:backup-workflows-dynamodb-item-restore:case-${seed}`)}/2026-11-20T22:00:00.000Z`;

/** Two attempts at once with something that goes wrong, then attempts until the report is complete. */
async function writeOurs(simulation: Simulation, seed: number, { random, entries }: Case): Promise<number> {
  const { region, stack, account } = simulation;
  const runId = runIdOf(simulation, seed);
  const text = [{ counts: {} }, ...entries.map((entry) => ({ entry }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  region.s3.store(
    stack.resource('ItemRestoreBucket').physicalId,
    journalKeys.plan(folderOf(runId).journal, 0),
    Buffer.from(text),
  );
  const settings = { M: { TableName: { S: TABLE }, MaxWritesPerSecond: { N: '50' }, OnConflict: { S: 'Skip' } } };
  const record = {
    runId: { S: runId },
    item: { S: 'run' },
    open: { S: 'open' },
    // Runs of executions that are not there are closed, once they are five minutes old.
    startedAt: { N: String(Math.floor(account.clock.now / 1000)) },
    workflow: { S: 'w' },
  };
  region.dynamodb.PutItem({ TableName: stack.resource('RunsTable').physicalId, Item: { ...record, settings } });
  const lock = { target: { S: `dynamodb/${TABLE}` }, runId: { S: runId } };
  region.dynamodb.PutItem({ TableName: stack.resource('LocksTable').physicalId, Item: lock });
  const functionArn = String(stack.resource('WriteItemsFunction').attributes.Arn);
  const attempt = () => region.lambda.run(functionArn, { runId, shard: 0, atOnce: 1, round: 0 });
  const faults = faultsOf(random);
  account.faults.list.push(...faults);
  const both = [attempt(), ...(random.next() < 0.5 ? [account.clock.sleep(random.between(0, 0.6)).then(attempt)] : [])];
  await account.clock.runUntil(Promise.all(both), 3600);
  for (const fault of faults) account.faults.list.splice(account.faults.list.indexOf(fault), 1);
  for (let tries = 0; tries < 5; tries += 1) {
    const result = await account.clock.runUntil(attempt(), 3600);
    if ('payload' in result && (result.payload as { isDone: boolean }).isDone) break;
  }
  region.dynamodb.UpdateItem({
    TableName: stack.resource('RunsTable').physicalId,
    Key: { runId: { S: runId }, item: { S: 'run' } },
    UpdateExpression: 'REMOVE #open',
    ExpressionAttributeNames: { '#open': 'open' },
  });
  return 0;
}

function faultsOf(random: Random): CallFault[] {
  const calls = [
    'dynamodb:UpdateItem',
    'dynamodb:PutItem',
    'dynamodb:DeleteItem',
    'dynamodb:BatchGetItem',
    's3:PutObject',
    's3:GetObject',
  ];
  return Array.from({ length: Math.floor(random.next() * 3) }, (): CallFault => {
    const fault = pick(
      random,
      CALL_FAULTS.filter((name) => name !== 'staleRead'),
    );
    return {
      call: pick(random, calls),
      by: 'WriteItemsFunction',
      fault,
      nth: 1 + Math.floor(random.next() * 3),
      delaySeconds: 1,
    };
  });
}

/** Entries of which nothing is known in the end, and items that were deleted with more than the journal has. */
function untold(simulation: Simulation, seed: number, promises: Promises): string[] {
  const { region, stack } = simulation;
  const bucket = stack.resource('ItemRestoreBucket').physicalId;
  const { journal } = folderOf(runIdOf(simulation, seed));
  const keys = (region.s3.keys(bucket) ?? []).filter((key) => key.startsWith(`${journal}/outcomes/`));
  const outcomes = keys.flatMap((key) =>
    Buffer.from(region.s3.GetObject({ Bucket: bucket, Key: key }).Body)
      .toString()
      .split('\n')
      .filter(Boolean),
  );
  const told = new Set(outcomes.map((line) => (JSON.parse(line) as { index: number }).index));
  const plan = Buffer.from(region.s3.GetObject({ Bucket: bucket, Key: journalKeys.plan(journal, 0) }).Body).toString();
  const entries = plan.split('\n').filter((line) => line.includes('"entry"')).length;
  const text = outcomes.join('\n');
  return [
    ...(told.size < entries ? [`${entries - told.size} entries without an outcome`] : []),
    ...promises.lost
      .filter((item) => !text.includes(JSON.stringify((JSON.parse(item) as { Sku: object }).Sku)))
      .map((item) => `deleted with more than the journal has, and not told: ${item}`),
  ];
}

/** As `revert-export` does: puts and deletes without a condition. Returns how many later writes that replaced. */
async function writeUnconditionally(simulation: Simulation, { random, entries, bad, to }: Case): Promise<number> {
  const { clock } = simulation.account;
  const { dynamodb } = simulation.region;
  await clock.runUntil(clock.sleep(0.5), 1);
  let lost = 0;
  for (const { keys, after } of entries) {
    await clock.runUntil(clock.sleep(random.between(0.01, 0.2)), 1);
    const Key = keys as unknown as Item;
    const { Item: now } = dynamodb.GetItem({ TableName: TABLE, Key });
    const left = bad.get(Key.Sku?.S ?? '');
    if (now && clock.now >= to) lost += isLaterWrite(now, left, after as unknown as Item | undefined) ? 1 : 0;
    if (after) dynamodb.PutItem({ TableName: TABLE, Item: after as unknown as Item });
    else dynamodb.DeleteItem({ TableName: TABLE, Key });
  }
  await clock.runUntil(clock.sleep(2), 3);
  return lost;
}

/** Whether the item has something that neither the bad job left nor the write puts there. */
function isLaterWrite(now: Item, left: Item = {}, after: Item = {}): boolean {
  return Object.entries(now).some(
    ([name, value]) => ![left[name], after[name]].some((other) => other && equalValues(value, other)),
  );
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)] as T;
}
