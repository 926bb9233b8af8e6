import { createHash } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { Gunzip } from 'fflate';
import { task } from '../../shared/task';
import { ExportDamagedError } from './errors';
import { type ExportRecord, readRecord } from './export-records';
import { getItemRestoreRun } from './item-restore-run';
import { folderOf, hashOfKeys, shardOf, workKeys } from './journal';
import type { DataFile } from './list-data-files';
import { notingFailure } from './note-failure';
import { getBytes, put } from './store';

/** Where a part of a data file has the records of each shard: first byte and length by shard. */
export interface PartIndex {
  shards: Record<string, [number, number]>;
  isLast: boolean;
}

interface Input {
  runId: string;
  shards: number;
  files: DataFile[];
  /** Where an earlier invocation stopped. */
  at?: Position;
}

interface Position {
  /** Of `files`. */
  index: number;
  /** So many parts of the file are written, with so many records. */
  part: number;
  records: number;
}

interface Output {
  at?: Position;
  isDone: boolean;
}

const BYTES_OF_PART = 32 * 1024 * 1024;
const RESERVE_MS = 120_000;

/**
 * Reads data files of exports as streams, and writes their records ordered by the shards of their keys. A file with another
 * checksum or another number of records, and a record that is not understood, end the run. What does not fit continues in the
 * next invocation, which reads the file again and skips what is written. Safe to repeat: it writes the same.
 */
export const handler = task((input: Input, context: Context) =>
  notingFailure(input.runId, () => routeFiles(input, context)),
);

async function routeFiles(input: Input, context: Context): Promise<Output> {
  const run = await getItemRestoreRun(input);
  const keyNames = run.table.key.flatMap((attribute) => (attribute ? [attribute.name] : []));
  let at = input.at ?? { index: 0, part: 0, records: 0 };
  while (at.index < input.files.length) {
    if (context.getRemainingTimeInMillis() < RESERVE_MS) return { isDone: false, at };
    const file = input.files[at.index] as DataFile;
    at = await routeOnePart(file, at, input, keyNames);
  }
  return { isDone: true };
}

async function routeOnePart(file: DataFile, at: Position, { runId, shards }: Input, keyNames: string[]) {
  const { work } = folderOf(runId);
  const records: { shard: number; line: string }[] = [];
  let bytes = 0;
  let read = 0;
  let isLast = true;
  for await (const line of linesOf(file)) {
    read += 1;
    if (read <= at.records) continue;
    const record = readRecord(line, file.source, keyNames);
    const routed = `${JSON.stringify(record satisfies ExportRecord)}\n`;
    records.push({ shard: shardOf(hashOfKeys(record.keys), shards), line: routed });
    bytes += Buffer.byteLength(routed);
    if (bytes < BYTES_OF_PART) continue;
    isLast = false;
    break;
  }
  if (isLast && read !== file.items)
    throw new ExportDamagedError(
      `Nothing was changed. ${file.key} has ${read} records, and ${file.items} by the manifest.`,
    );
  records.sort((one, other) => one.shard - other.shard);
  const index: PartIndex = { shards: {}, isLast };
  let offset = 0;
  for (const { shard, line } of records) {
    const length = Buffer.byteLength(line);
    const known = index.shards[shard];
    index.shards[shard] = known ? [known[0], known[1] + length] : [offset, length];
    offset += length;
  }
  await put(workKeys.records(work, file.file, at.part), records.map(({ line }) => line).join(''));
  await put(workKeys.index(work, file.file, at.part), JSON.stringify(index));
  return isLast ? { index: at.index + 1, part: 0, records: 0 } : { ...at, part: at.part + 1, records: read };
}

/** The lines of a data file, unpacked as they come; at the end the checksum of the file is compared. */
async function* linesOf({ key, md5 }: DataFile): AsyncGenerator<string> {
  const hash = createHash('md5');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  const gunzip = new Gunzip((chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  const unpack = (chunk: Uint8Array, isLast: boolean) => {
    try {
      gunzip.push(chunk, isLast);
    } catch (error) {
      throw new ExportDamagedError(`Nothing was changed. ${key} cannot be unpacked: ${(error as Error).message}`);
    }
  };
  for await (const chunk of getBytes(key)) {
    hash.update(chunk);
    unpack(chunk, false);
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    yield* lines.filter(Boolean);
  }
  if (hash.digest('base64') !== md5)
    throw new ExportDamagedError(`Nothing was changed. ${key} does not have the checksum that the manifest has.`);
  unpack(new Uint8Array(), true);
  if (text) yield text;
}
