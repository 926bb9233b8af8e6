import { isDeepStrictEqual } from 'node:util';
import type { Happening } from '../../simulator/observer';
import type { Change } from '../../simulator/services/dynamodb/journal';
import { equalItems, equalValues, type Item } from '../../simulator/services/dynamodb/values';
import type { Simulation } from '../simulation';
import { FROM, TABLE, TO } from './items';

type Call = Extract<Happening, { what: 'call' }>;

/** What the window did to an item, as the table's own journal has it. */
interface Bad {
  old: Item | undefined;
  new: Item | undefined;
}

/** An entry of a plan, with its images in DynamoDB JSON. */
interface Entry {
  keys: Record<string, unknown>;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  isConflict?: boolean;
}

const WRITES = ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
const FORBIDDEN = ['dynamodb:BatchWriteItem', 'dynamodb:TransactWriteItems', 'dynamodb:DeleteTable', 'dynamodb:Scan'];

/**
 * What dynamodb-item-restore promises, looked at after every call: no item outside the selection changes, no write is
 * without a condition, what is replaced is in the journal before, and nothing that was written at or after the window is
 * replaced unless the journal calls it a conflict.
 */
export class Promises {
  readonly broken: string[] = [];
  /** Writes of the workflow that changed something. */
  writes = 0;
  private readonly bad = new Map<string, Bad>();
  /** Of every plan there is: a run that was stopped may still write for a moment. */
  private readonly entries = new Map<string, Entry[]>();
  private readonly plansRead = new Set<string>();
  /** Items that were deleted with more than the journal knows, until they are put back. */
  private readonly owed = new Map<string, Item>();
  private seen: number;
  /** Ends the watch. */
  readonly close: () => void;

  constructor(
    private readonly simulation: Simulation,
    private readonly options: { isSelected?: (key: Item) => boolean; from?: string; to?: string } = {},
  ) {
    const { from = FROM, to = TO } = options;
    const table = this.table;
    const { journal } = table.pointInTimeRecovery;
    this.seen = journal.all().length;
    for (const { key, before, after } of journal.between(Date.parse(from), Date.parse(to), (id) => table.items.get(id)))
      this.bad.set(table.items.idOf(key), { old: before, new: after });
    this.close = simulation.account.observer.observe((happening) => {
      if (happening.what === 'call') this.look(happening);
    });
  }

  /** Items that the window changed, and that are neither as they were nor told: there must be none after a green end. */
  neitherRestoredNorTold(told: (key: Item) => boolean): string[] {
    return [...this.bad].flatMap(([id, { old, new: next }]) => {
      const key = this.keyOf(old ?? next ?? {});
      if (!this.isSelected(key) || told(key)) return [];
      const now = this.table.items.get(id);
      const isRestored = old && next && now ? this.isUndone(old, next, now) : isSame(old, now) || isSame(old, next);
      return isRestored || this.isWrittenSince(id) ? [] : [JSON.stringify(key)];
    });
  }

  /** What is left to be put back when all is over. */
  get lost(): string[] {
    return [...this.owed.values()].map((item) => JSON.stringify(item));
  }

  private get table() {
    const table = this.simulation.region.dynamodb.tables.get(TABLE);
    if (!table) throw new Error(`The table ${TABLE} is gone.`);
    return table;
  }

  private isSelected(key: Item): boolean {
    return this.options.isSelected?.(key) ?? true;
  }

  private keyOf(item: Item): Item {
    return this.table.keyOf(item);
  }

  /** Each attribute that the window changed is back. */
  private isUndone(old: Item, next: Item, now: Item): boolean {
    return differing(old, next).every((name) => isSameValue(now[name], old[name]));
  }

  private isWrittenSince(id: string): boolean {
    const { to = TO } = this.options;
    return this.table.pointInTimeRecovery.journal
      .all()
      .some((change) => change.id === id && change.at >= Date.parse(to));
  }

  private look({ subject: call, detail, time }: Call): void {
    const changes = this.table.pointInTimeRecovery.journal.all();
    const fresh = changes.slice(this.seen);
    this.seen = changes.length;
    const isOurs = detail.principalArn.includes(':role/') && detail.resource.endsWith(`:table/${TABLE}`);
    if (!isOurs) return;
    const report = (what: string) => this.broken.push(`${what} (${call}, ${time})`);
    if (FORBIDDEN.includes(call)) report('a call that it must not make');
    if (!WRITES.includes(call)) return;
    const input = detail.input as { ConditionExpression?: string; Key?: Item; Item?: Item };
    if (!input.ConditionExpression) report('a write without a condition');
    // What the application wrote since the last call comes first; this call changed at most its own item, and at this
    // moment: one that timed out may have changed none.
    const change = fresh.at(-1);
    const isOfCall =
      change?.at === this.simulation.account.clock.now &&
      change.id === this.table.items.idOf(input.Key ?? input.Item ?? {});
    if (change && isOfCall && ['ok', 'TimeoutError'].includes(detail.outcome)) this.assess(change, call, report);
  }

  private assess({ id, key, before }: Change, call: string, report: (what: string) => void): void {
    const after = this.table.items.get(id);
    this.writes += 1;
    const owed = this.owed.get(id);
    if (owed && !before && after && equalItems(owed, after)) {
      this.owed.delete(id);
      return;
    }
    const bad = this.bad.get(id);
    if (!bad || !this.isSelected(key)) {
      report(`an item outside the selection was changed: ${JSON.stringify(key)}`);
      return;
    }
    const entry = this.entryOf(id, before, after);
    if (!entry) {
      report(`what is replaced is not in the journal: ${JSON.stringify(key)}`);
      return;
    }
    const inJournal = fromJson(entry.before);
    if (before && after) {
      for (const name of differing(before, after)) {
        if (!isSameValue(before[name], inJournal?.[name]))
          report(`${name} of ${id} is replaced and not in the journal`);
        if (!entry.isConflict && !isSameValue(before[name], this.leftBy(entry, bad)?.[name]))
          report(`a later write of ${name} of ${id} is lost`);
      }
    } else if (before && !isSame(before, inJournal)) this.owed.set(id, before);
    else if (before && !entry.isConflict && !isSame(before, this.leftBy(entry, bad)))
      report(`a later write of ${id} is lost`);
    if (before && !after && call !== 'dynamodb:DeleteItem') report(`${id} is gone`);
  }

  /** What the bad writes left; when a journal is undone, what that restore left. */
  private leftBy(entry: Entry, { new: next }: Bad): Item | undefined {
    return this.isUndoing ? fromJson(entry.before) : next;
  }

  /** Set when the run that is watched undoes a journal. */
  isUndoing = false;

  /** The entry that this write may come from; if none fits, the newest one. */
  private entryOf(id: string, before: Item | undefined, after: Item | undefined): Entry | undefined {
    this.readPlans();
    const entries = this.entries.get(id) ?? [];
    return entries.find((entry) => fits(entry, before, after)) ?? entries.at(-1);
  }

  private readPlans(): void {
    const bucket = this.simulation.stack.resource('ItemRestoreBucket').physicalId;
    const { s3 } = this.simulation.region;
    for (const key of s3.keys(bucket) ?? []) {
      if (!/^item-restores\/.*\/plan\//.test(key) || this.plansRead.has(key)) continue;
      this.plansRead.add(key);
      if (s3.versions(bucket, key).length > 1) this.broken.push(`a plan was written twice: ${key}`);
      for (const line of Buffer.from(s3.GetObject({ Bucket: bucket, Key: key }).Body)
        .toString()
        .split('\n')) {
        const { entry } = line ? (JSON.parse(line) as { entry?: Entry }) : {};
        if (!entry) continue;
        const id = this.table.items.idOf(fromJson(entry.keys) ?? {});
        this.entries.set(id, [...(this.entries.get(id) ?? []), entry]);
      }
    }
  }
}

/** Whether the journal's entry has what was replaced, and what was written. */
function fits(entry: Entry, before: Item | undefined, after: Item | undefined): boolean {
  const [replaced, written] = [fromJson(entry.before), fromJson(entry.after)];
  if (!before || !after) return isSame(before, replaced) && isSame(after, written);
  return differing(before, after).every(
    (name) => isSameValue(before[name], replaced?.[name]) && isSameValue(after[name], written?.[name]),
  );
}

/** What must hold when a run is over, however it ended. Returns what does not. */
export function brokenAtTheEnd(simulation: Simulation, promises: Promises): string[] {
  const broken = [...promises.broken];
  const records = simulation.items('RunsTable').filter(({ item }) => item === 'run');
  for (const run of records) {
    const isGivenUp = Number(run.undoAttempts) === 3;
    if (run.open || run.finishedAt === undefined) broken.push('the run record is not closed');
    if (!isGivenUp && simulation.items('LocksTable').length > 0) broken.push('a lock is left');
    const told = toldKeys(simulation);
    if (run.outcome === 'SUCCEEDED' && !isDryRun(run)) {
      const left = promises.neitherRestoredNorTold((key) => told.some((other) => isDeepStrictEqual(other, key)));
      if (left.length > 0) broken.push(`green, with items neither restored nor told: ${left.join(', ')}`);
    }
  }
  const told = JSON.stringify(toldKeys(simulation));
  for (const item of promises.lost) {
    const isTold = told.includes(JSON.stringify((JSON.parse(item) as { Sku: object }).Sku));
    if (!isTold) broken.push(`deleted with more than the journal has, and not put back: ${item}`);
  }
  const subjects = simulation.region.sns.published
    .map(({ subject }) => subject ?? '')
    .filter((text) => !/APPROVAL/.test(text));
  const tellers = records.filter((run) => !isDryRun(run));
  if (new Set(subjects).size !== tellers.length) broken.push(`told: ${subjects.join(' | ')}`);
  return broken;
}

/** A dry run sends no notification. */
function isDryRun({ settings }: Record<string, unknown>): boolean {
  return Boolean((settings as { DryRun?: boolean } | undefined)?.DryRun);
}

/** The keys of the items that the results list, from the files and from the plans. */
function toldKeys(simulation: Simulation): Item[] {
  const bucket = simulation.stack.resource('ItemRestoreBucket').physicalId;
  const { s3 } = simulation.region;
  const keys = (s3.keys(bucket) ?? []).filter((key) => /^item-restores\/.*\/(plan|not-restored)\//.test(key));
  return keys.flatMap((key) =>
    Buffer.from(s3.GetObject({ Bucket: bucket, Key: key }).Body)
      .toString()
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const parsed = JSON.parse(line) as { listed?: { keys: Item }; keys?: Item };
        const found = key.includes('/plan/') ? parsed.listed?.keys : parsed.keys;
        return found ? [found] : [];
      }),
  );
}

function differing(left: Item, right: Item): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isSameValue(left[name], right[name]));
}

function isSameValue(left: Item[string] | undefined, right: Item[string] | undefined): boolean {
  return left && right ? equalValues(left, right) : left === right;
}

function isSame(left: Item | undefined, right: Item | undefined): boolean {
  return left && right ? equalItems(left, right) : left === right;
}

function fromJson(image: Record<string, unknown> | undefined): Item | undefined {
  return image as Item | undefined;
}
