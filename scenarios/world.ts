import * as z from 'zod';
import type { Account } from '../simulator/account';
import { doubtsSchema, type PinnedDoubts } from '../simulator/doubts';
import type { Fault } from '../simulator/faults';
import {
  faultsSchema,
  fileSystemSchema,
  parseOrExplain,
  resourceShape,
  saveWorld as saveAccount,
  seconds,
  times,
  worldSchemaOf,
} from '../simulator/world';
import type { Workers } from './efs-to-efs/workers';

/** What a worker of EFS-to-EFS does: each request takes the first entry that fits and is not used up. */
const work = z.strictObject({
  Action: z.enum(['backup', 'restore', 'preview', 'verify', 'compare']).optional(),
  Outcome: z.enum(['COMPLETED', 'STOPPED', 'FAILED']).optional(),
  Reason: z.string().optional(),
  Message: z.string().optional(),
  /** How long it works. */
  Seconds: seconds.optional(),
  /** How long it takes to stop when it is asked to; `never` if it does not listen. */
  StopSeconds: z.union([seconds, z.literal('never')]).optional(),
  Files: z.int().min(0).optional(),
  Bytes: z.int().min(0).optional(),
  FilesTransferred: z.int().min(0).optional(),
  BytesTransferred: z.int().min(0).optional(),
  FilesVanished: z.int().min(0).optional(),
  /** Further members of its report, such as `failedPaths`. */
  Facts: z.record(z.string(), z.json()).optional(),
  /** It hangs after so many seconds: it reports no progress, does not end and does not stop. */
  SilentAfterSeconds: seconds.optional(),
  /** Where its report arrives: in the run's item and in SSM's output, in the output only, or nowhere. */
  Report: z.enum(['everywhere', 'output', 'nowhere']).optional(),
  /** How many requests go like this; by default 1. */
  Times: times,
});

/** A copy that an EFS-to-EFS backup left on a file system. */
const copy = z.strictObject({
  FolderLabel: z.string(),
  Interval: z.string(),
  CopiedAt: z.iso.datetime(),
  Files: z.int().min(0),
  Bytes: z.int().min(0),
});

const operator = z.strictObject({
  answer: z.enum(['approve', 'refuse', 'none']).optional(),
  afterSeconds: seconds.optional(),
});

/** The world file of this project. docs/simulator.md describes every key; a test compares the two. */
export const worldSchema = worldSchemaOf({
  ...resourceShape,
  /** The copies on a file system: the newest first. */
  fileSystems: z.array(fileSystemSchema.extend({ Copies: z.array(copy).optional() })).optional(),
  works: z.array(work).optional(),
}).extend({
  /** The person who answers requests for approval. */
  operator: operator.optional(),
});

export type World = z.output<typeof worldSchema>;
export type WorldResources = NonNullable<World['otherAccounts']>[string];
export type WorldWork = z.output<typeof work>;
export type WorldCopy = z.output<typeof copy>;

/** Reads the JSON of a world file; throws one Error that lists everything wrong in it. */
export function parseWorld(json: unknown): World {
  return parseOrExplain(worldSchema, json, 'The world file is not valid (docs/simulator.md describes it)');
}

/** Reads the JSON of a faults file; throws one Error that lists everything wrong in it. */
export function parseFaults(json: unknown): Fault[] {
  return parseOrExplain(faultsSchema, json, 'The faults file is not valid (docs/simulator.md describes it)');
}

/** Reads the JSON of a doubts file; throws one Error that lists everything wrong in it. */
export function parseDoubts(json: unknown): PinnedDoubts {
  return parseOrExplain(doubtsSchema, json, 'The doubts file is not valid (simulator/docs/doubts.md describes it)');
}

/** The account as it is now, in the form of a world file, with what is left of the works and the copies. */
export function saveWorld(account: Account, workers: Workers): ReturnType<typeof saveAccount> & World {
  const { otherAccounts, ...own } = saveAccount(account);
  const others = Object.entries(otherAccounts ?? {}).map(([id, resources]) => [id, withWorks(resources, id, workers)]);
  return {
    ...withWorks(own, account.id, workers),
    ...(otherAccounts && { otherAccounts: Object.fromEntries(others) }),
  };
}

function withWorks<Resources extends WorldResources>(resources: Resources, accountId: string, workers: Workers) {
  const works = workers.worksOf(accountId);
  const fileSystems = resources.fileSystems?.map((fileSystem) => {
    const copies = workers.copiesOn(fileSystem.FileSystemId);
    return copies.length === 0 ? fileSystem : { ...fileSystem, Copies: copies.map((copy) => ({ ...copy })) };
  });
  return { ...resources, ...(fileSystems && { fileSystems }), ...(works.length > 0 && { works }) };
}
