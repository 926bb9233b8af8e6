import { DescribeAccessPointsCommand, type EFSClient, type Tag } from '@aws-sdk/client-efs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../shared/clients/dynamodb';
import { RUNS_TABLE, runExpiresAt } from '../../shared/runs/runs';
import type { AccessPoint } from '../file-system';

/** An item holds 400 KB. Bytes of JSON. */
const ITEM_BYTES = 300_000;

/** A part of a run's access points, in an item of its own beside the run's record. */
export interface AccessPointPart {
  /** The number of its first access point, from 0. */
  first: number;
  accessPoints: AccessPoint[];
}

/** Every access point of a file system, a page at a time. */
export async function* describeAccessPoints(efs: EFSClient, FileSystemId: string): AsyncGenerator<AccessPoint[]> {
  let NextToken: string | undefined;
  do {
    const page = await efs.send(new DescribeAccessPointsCommand({ FileSystemId, NextToken }));
    yield (page.AccessPoints ?? []).map(({ AccessPointArn = '', PosixUser, RootDirectory, Tags }) => ({
      arn: AccessPointArn,
      posixUser: PosixUser as AccessPoint['posixUser'],
      rootDirectory: RootDirectory as AccessPoint['rootDirectory'],
      tags: settableTags(Tags),
    }));
    NextToken = page.NextToken;
  } while (NextToken);
}

/**
 * Stores the access points that a run is to make again. A file system has up to 10,000 (EFS quotas), more than a state
 * (256 KiB) or one item (400 KB) holds. Returns their number. Safe to repeat: the same parts are written again.
 */
export async function saveAccessPoints(runId: string, pages: AsyncIterable<AccessPoint[]>): Promise<number> {
  let count = 0;
  let parts = 0;
  let part: AccessPoint[] = [];
  let bytes = 0;
  const flush = async () => {
    if (part.length > 0) await savePart(runId, parts, { first: count - part.length, accessPoints: part });
    parts += part.length > 0 ? 1 : 0;
    part = [];
    bytes = 0;
  };
  for await (const page of pages) {
    for (const accessPoint of page) {
      const size = Buffer.byteLength(JSON.stringify(accessPoint));
      if (bytes + size > ITEM_BYTES) await flush();
      part.push(accessPoint);
      bytes += size;
      count += 1;
    }
  }
  await flush();
  return count;
}

async function savePart(runId: string, number: number, { first, accessPoints }: AccessPointPart): Promise<void> {
  const Item = {
    ...keyOf(runId, number),
    first,
    accessPoints: JSON.stringify(accessPoints),
    expiresAt: runExpiresAt(),
  };
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item }));
}

/** A part of a run's access points; undefined after the last one. */
export async function loadAccessPoints(runId: string, number: number): Promise<AccessPointPart | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: keyOf(runId, number), ConsistentRead: true }),
  );
  return Item && { first: Number(Item.first), accessPoints: JSON.parse(String(Item.accessPoints)) as AccessPoint[] };
}

function keyOf(runId: string, number: number) {
  return { runId, item: `accessPoints#${String(number).padStart(4, '0')}` };
}

/** Tags with the prefix aws: are reserved and cannot be set. */
export function settableTags(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value }) => (Key && !Key.startsWith('aws:') ? [[Key, Value ?? '']] : [])),
  );
}
