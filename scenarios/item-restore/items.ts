import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { Simulation } from '../simulation';
import type { World } from '../world';

type WorldTable = NonNullable<World['tables']>[number];
type Plain = NonNullable<WorldTable['Items']>[number];

export const TABLE = 'Products';
/** The window of the bad writes: a minute of the last night. */
export const FROM = '2026-11-20T02:14:00Z';
export const TO = '2026-11-20T02:15:00Z';
export const WORKFLOW = 'dynamodb-item-restore';

/** What happened to one item: its states, each until a time, and what it is now. `null` is no item. */
export interface Past {
  sku: string;
  /** `[time, what it was until then]`, oldest first. */
  was: [string, Plain | null][];
  is: Plain | null;
}

/** A product with these attributes. */
export function product(sku: string, attributes: Record<string, unknown> = {}): Plain {
  return { Sku: sku, Name: `Product ${sku}`, Price: 10, ...attributes } as Plain;
}

/** An item that the bad job overwrote, and no write has touched since. */
export function overwritten(sku: string, at = '2026-11-20T02:14:30Z'): Past {
  return { sku, was: [[at, product(sku)]], is: product(sku, { Price: 0, Batch: 'x' }) };
}

export function inserted(sku: string, at = '2026-11-20T02:14:31Z'): Past {
  return { sku, was: [[at, null]], is: product(sku, { Batch: 'x' }) };
}

export function deleted(sku: string, at = '2026-11-20T02:14:32Z'): Past {
  return { sku, was: [[at, product(sku)]], is: null };
}

/** An item that the bad job overwrote, and that was changed again since. */
export function changedSince(sku: string, since: Record<string, unknown> = { Stock: 5 }): Past {
  const bad = product(sku, { Price: 0, Batch: 'x' });
  return {
    sku,
    was: [
      ['2026-11-20T02:14:33Z', product(sku)],
      ['2026-11-20T08:00:00Z', bad],
    ],
    is: { ...bad, ...since } as Plain,
  };
}

/** An item that was written in the window and is, at its end, what it was before: the bad job wrote it twice. */
export function rewritten(sku: string): Past {
  return {
    sku,
    was: [
      ['2026-11-20T02:14:34Z', product(sku)],
      ['2026-11-20T02:14:35Z', product(sku, { Price: 0, Batch: 'x' })],
    ],
    is: product(sku),
  };
}

/** An item that was made and deleted in the window. */
export function cameAndWent(sku: string): Past {
  return {
    sku,
    was: [
      ['2026-11-20T02:14:10Z', null],
      ['2026-11-20T02:14:20Z', product(sku)],
    ],
    is: null,
  };
}

/** Items that have nothing to do with the window, and one that was written on each of its edges, from outside. */
const BYSTANDERS: Past[] = [
  { sku: 'untouched', was: [], is: product('untouched') },
  { sku: 'before', was: [['2026-11-20T02:13:59.999Z', product('before')]], is: product('before', { Price: 11 }) },
  { sku: 'after', was: [['2026-11-20T02:15:00Z', product('after')]], is: product('after', { Price: 12 }) },
];

/** The table with these items, as point-in-time recovery knows it. */
export function tableOf(pasts: Past[], parts: Partial<WorldTable> = {}): WorldTable {
  return {
    TableName: TABLE,
    KeySchema: [{ AttributeName: 'Sku', KeyType: 'HASH' }],
    PointInTimeRecoveryEnabled: true,
    PointInTimeRecoveryEnabledAt: '2026-11-01T00:00:00Z',
    Items: pasts.flatMap(({ is }) => (is ? [is] : [])),
    History: pasts.flatMap(({ sku, was }) =>
      was.map(([At, Before]) => ({ At, Key: { Sku: sku }, ...(Before && { Before }) })),
    ),
    ...parts,
  };
}

/** A small account at 22:00 of the day after; the operator answers soon. */
export function worldOf(pasts: Past[], parts: Partial<World> = {}, table: Partial<WorldTable> = {}): World {
  return {
    startAt: '2026-11-20T22:00:00Z',
    parameters: { NotifyOnSuccess: 'Yes' },
    operator: { afterSeconds: 20 },
    tables: [tableOf(pasts, table)],
    tableJobs: [{ Operation: 'Export', Table: '*', DurationSeconds: 20 }],
    ...parts,
  };
}

export function inputOf(keys: Record<string, unknown> = {}) {
  return { TableName: TABLE, From: FROM, To: TO, ...keys };
}

interface Setup {
  pasts?: Past[];
  world?: World;
  input?: unknown;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
}

export const MIXED: Past[] = [
  ...BYSTANDERS,
  overwritten('a'),
  overwritten('b'),
  inserted('c'),
  deleted('d'),
  changedSince('e'),
];

export function open({ pasts = MIXED, world = worldOf(pasts), faults = [], doubts, seed = 1 }: Setup = {}) {
  return Simulation.open({ world, faults, doubts, seed, wire: false });
}

/** One run from its start to its end; `assess` sees the account before it is closed. */
export async function run(
  setup: Setup,
  assess: (simulation: Simulation, execution: Execution) => void | Promise<void>,
): Promise<void> {
  const simulation = await open(setup);
  try {
    const execution = simulation.start(WORKFLOW, setup.input ?? inputOf());
    await simulation.finish(execution);
    await assess(simulation, execution);
  } finally {
    simulation.close();
  }
}

/** What the table holds now, by its key: plain where JSON has a word for it. */
/** The result of a run. */
export function report(execution: Execution) {
  return JSON.parse(execution.output ?? '{}');
}

export function items(simulation: Simulation): Record<string, Plain> {
  const found = simulation.region.dynamodb.snapshot().find(({ TableName }) => TableName === TABLE)?.Items ?? [];
  return Object.fromEntries(found.map((item) => [String(item.Sku), item]));
}

/** Reads an object of JSON lines from the stack's bucket. */
export function linesIn(simulation: Simulation, key: string): Record<string, unknown>[] {
  const Bucket = simulation.stack.resource('ItemRestoreBucket').physicalId;
  const body = Buffer.from(simulation.region.s3.GetObject({ Bucket, Key: key }).Body).toString();
  return body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The objects of the stack's bucket whose key fits. */
export function keysIn(simulation: Simulation, pattern: RegExp): string[] {
  const bucket = simulation.stack.resource('ItemRestoreBucket').physicalId;
  return (simulation.region.s3.keys(bucket) ?? []).filter((key) => pattern.test(key));
}
