import { createHash } from 'node:crypto';
import { executionArnOf } from '../../shared/runs/run-id';
import { textOfNumber } from '../../shared/tables/compare-items';
import type { Image } from './images';

/** An item that is going to be written: an entry of the journal. */
export interface Entry {
  keys: Image;
  /** What will be replaced; absent: there is no item. */
  before?: Image;
  /** What will be written; absent: the item is deleted. */
  after?: Image;
  /** True for an item that was written again after the window. */
  isConflict?: true;
}

/** Why a selected item is not written, or is written and has to be named. */
export type Reason =
  | 'written after the window'
  | 'cannot be decided'
  | 'too many attributes'
  | 'expired'
  | 'item collection over 10 GB'
  | 'changed while the run worked'
  | 'deleted without an answer'
  | 'refused by DynamoDB';

/** A selected item that the report lists with its images. */
export interface Listed {
  keys: Image;
  reason: Reason;
  /** At the window's start. */
  old?: Image;
  /** At the window's end. */
  new?: Image;
  /** As it was read last. */
  now?: Image;
  detail?: string;
}

/** What became of an entry of the journal. */
export type Outcome =
  /** The item is as the journal says. */
  { index: number; kind: 'restored' } | { index: number; kind: 'listed'; listed: Listed };

/** What a run leaves beside its journal, for the run that undoes it. */
export interface JournalHead {
  runId: string;
  TableName: string;
  shards: number;
}

/** Where the objects of a run are. */
interface Folder {
  /** The journal and the listed items: kept as long as run records. */
  journal: string;
  /** What only the run itself reads; it expires with the exports. */
  work: string;
}

/** The folders of a run: its execution's name for people, and a hash, as names of executions come back. */
export function folderOf(runId: string): Folder {
  const hash = createHash('sha256').update(runId).digest('hex').slice(0, 12);
  const name = `${executionArnOf(runId).split(':').at(-1)}-${hash}`;
  return { journal: `item-restores/${name}`, work: `work/${name}` };
}

const digits = (shard: number) => String(shard).padStart(5, '0');

/** The keys of the objects in a journal's folder. */
export const journalKeys = {
  head: (folder: string) => `${folder}/journal.json`,
  /** What is decided about the items of a shard: see plan-file.ts. */
  plan: (folder: string, shard: number) => `${folder}/plan/${digits(shard)}.jsonl`,
  /** What became of entries of a shard: an object for each attempt, counted from 0. */
  outcomes: (folder: string, shard: number, attempt: number) =>
    `${folder}/outcomes/${digits(shard)}/${digits(attempt)}.jsonl`,
  /** Marks that the writes of a shard have begun. */
  begun: (folder: string, shard: number, round: number) => `${folder}/begun/${digits(shard)}-${digits(round)}`,
  /** The selected items of a shard that are not restored, each with its images. */
  notRestored: (folder: string, shard: number) => `${folder}/not-restored/${digits(shard)}.jsonl`,
};

/** The keys of the objects that expire. */
export const workKeys = {
  files: (folder: string) => `${folder}/files.jsonl`,
  /** The records of a data file, in the order of their shards. */
  records: (folder: string, file: number, part: number) => `${folder}/records/${digits(file)}-${digits(part)}.jsonl`,
  /** Where in `records` each shard is. */
  index: (folder: string, file: number, part: number) => `${folder}/records/${digits(file)}-${digits(part)}.json`,
};

/** A hash of an item's key, by which items are spread: hexadecimal. */
export function hashOfKeys(keys: Image): string {
  const named = Object.keys(keys)
    .sort()
    .map((name) => {
      const [type = '', content] = Object.entries(keys[name] ?? {})[0] ?? [];
      return [name, `${type}:${type === 'N' ? textOfNumber(String(content)) : JSON.stringify(content)}`];
    });
  return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}

/** The shard of an item, from the hash of its key. */
export function shardOf(hash: string, shards: number): number {
  return Number.parseInt(hash.slice(0, 8), 16) % shards;
}
