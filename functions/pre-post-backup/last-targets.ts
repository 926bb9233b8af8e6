import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { nowSeconds } from '../shared/clock';
import { executionArnOf } from '../shared/runs/run-id';
import { RUNS_TABLE, runExpiresAt } from '../shared/runs/runs';
import type { Settings } from './input';

/** The instances that the newest successful run of a tag had. */
export interface LastTargets {
  /** The execution's ARN. */
  run: string;
  instanceIds: string[];
}

/** One item for each tag that runs are started with; undefined for a run that names its instances. */
function keyOf({ TargetEC2TagKey, TargetEC2TagValue }: Settings): { runId: string; item: string } | undefined {
  if (TargetEC2TagKey === undefined) return undefined;
  return { runId: 'pre-post-backup-targets', item: `${TargetEC2TagKey}=${TargetEC2TagValue}` };
}

/** What the newest successful run with the same tag had. Only reads. */
export async function findLastTargets(settings: Settings): Promise<LastTargets | undefined> {
  const Key = keyOf(settings);
  if (!Key) return undefined;
  const { Item } = await tables.send(new GetCommand({ TableName: RUNS_TABLE, Key, ConsistentRead: true }));
  return Item as LastTargets | undefined;
}

/** Remembers what a successful run had. Safe to repeat. An id has 19 characters: 10,000 fit into an item. */
export async function noteTargets(settings: Settings, runId: string, instanceIds: string[]): Promise<void> {
  const Key = keyOf(settings);
  if (!Key) return;
  const Item = { ...Key, run: executionArnOf(runId), instanceIds, at: nowSeconds(), expiresAt: runExpiresAt() };
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item }));
}
