import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { changeOf } from '../items';
import { RUNS_TABLE } from './runs';

/** How long the newest restore of a resource took of which the suite saw beginning and end. */
interface MeasuredRestore {
  seconds: number;
  /** When it was over: seconds since 1970. */
  at: number;
  by: 'a restore test' | 'a swap';
}

/** One item for each resource, under a name that is no run. */
const MEASURED = 'measured-restores';
const KEEP_SECONDS = 400 * 24 * 3600;

/** Remembers how long a restore of `resourceArn` took. Safe to repeat: the last one that is noted stays. */
export async function noteMeasuredRestore(resourceArn: string, measured: MeasuredRestore): Promise<void> {
  const Key = { runId: MEASURED, item: resourceArn };
  const change = changeOf({ set: { ...measured, expiresAt: measured.at + KEEP_SECONDS } });
  await tables.send(new UpdateCommand({ TableName: RUNS_TABLE, Key, ...change }));
}

/** How long a restore of `resourceArn` took last, if one was ever measured. */
export async function readMeasuredRestore(resourceArn: string): Promise<MeasuredRestore | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: { runId: MEASURED, item: resourceArn } }),
  );
  return Item as MeasuredRestore | undefined;
}
