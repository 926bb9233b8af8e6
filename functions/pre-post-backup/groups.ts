import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { changeOf, putAll, queryAll } from '../shared/items';
import { RUNS_TABLE, runExpiresAt } from '../shared/runs/runs';
import { describeCause } from '../shared/task';
import type { Wait } from '../shared/waits/waits';

/** The steps of a group, in this order. Each step has its own wait and its own entry in the group's record. */
export const STEPS = ['preScript', 'stop', 'backup', 'start', 'postScript', 'backupEnd'] as const;
export type Step = (typeof STEPS)[number];

export interface GroupInstance {
  instanceId: string;
  /** The state at the preflight: only running instances are frozen, stopped and started. */
  wasRunning: boolean;
  isWindows?: boolean;
  /** Its tag `Name`, for people. */
  name?: string;
}

/** An error that the state machine caught. `cause` is the failed function's answer as JSON. */
export interface CaughtFailure {
  step: string;
  error: string;
  cause?: string;
}

/** The commands that one step sent to SSM. */
export interface SentScript {
  /** Written before the first command is sent: commands may exist. Seconds since 1970. */
  intendedAt: number;
  /** Instances by command id. */
  commands?: Record<string, string[]>;
  /** Instances that SSM did not manage at that time. */
  unreachable?: string[];
  /** The batch that is being sent: its command exists perhaps. Empty between batches. */
  sending?: string[];
}

/** A consistency group in the runs table: its instances and the steps that were begun. The undo and the report read it. */
export interface Group {
  runId: string;
  item: string;
  instances: GroupInstance[];
  preScript?: SentScript;
  postScript?: SentScript;
  stop?: { intendedAt: number; instanceIds: string[] };
  /** `step`: whose wait may end for a job that did not begin; `stopRefusals`: why AWS Backup did not stop a job that had not begun in time, by its id. */
  backup?: { intendedAt: number; step?: Step; jobsStoppedAt?: number; stopRefusals?: Record<string, string> };
  start?: { intendedAt: number };
  /** What the state machine had caught when it came to a step of the way out. */
  caught?: CaughtFailure[];
  /** Job ids by instance. */
  jobs?: Record<string, string>;
  /** What could not be looked at before the freeze and the stop, or stood in the way of the backup, by instance. */
  refusedLooks?: Record<string, string>;
  /** Why AWS Backup refused a job, by instance. */
  refusedJobs?: Record<string, string>;
  /** The names of what AWS Backup refused with. */
  refusedWith?: string[];
  /** `behind`: the names of the errors that the group met. */
  report?: { outcome: 'SUCCEEDED' | 'FAILED'; results: InstanceResult[]; behind?: string[] };
}

/** One line of the result. Keys are those of the former system. */
export interface InstanceResult {
  InstanceId: string;
  /** Its tag `Name`. */
  Name?: string;
  PreBackupScriptStatus: string;
  StopEc2InstanceStatus: string;
  BackupJobStatus: string;
  StartEc2InstanceStatus: string;
  PostBackupScriptStatus: string;
  FailureMessage: string;
  /** Facts that are not failures, e.g. completed with issues, crash-consistent. */
  Warning?: string;
  RecoveryPointArn?: string;
  DowntimeSeconds?: number;
}

/** A group as it is when a step begins, with the waits of all its steps (records.ts). */
export interface GroupInStep extends Group {
  waits: Partial<Record<Step, Wait>>;
}

/** The group is one item, and a cause may have 32 KiB. */
const CAUSE_LIMIT = 1000;
const GROUP = 'group#';

/** The key of a group in the runs table; numbers are padded so that groups sort. */
export function groupItem(index: number): string {
  return `${GROUP}${String(index).padStart(6, '0')}`;
}

/** The number of a group, from its key. */
export function groupNumber({ item }: Pick<Group, 'item'>): number {
  return Number(item.slice(GROUP.length));
}

/** The wait of one step of a group. */
export function waitId(group: Pick<Group, 'runId' | 'item'>, step: Step): string {
  return `${group.runId}#${group.item}#${step}`;
}

/** True if a step was begun in the group. Then the group needs its undo and its report. */
export function isTouched(group: Group): boolean {
  return group.preScript !== undefined || group.stop !== undefined || group.backup !== undefined;
}

/** Writes the groups of a run, 25 to a request. Safe to repeat: same keys, same content. */
export async function putGroups(groups: Group[]): Promise<void> {
  const expiresAt = runExpiresAt();
  await putAll(
    RUNS_TABLE,
    groups.map((group) => ({ ...group, expiresAt })),
  );
}

export async function getGroup(runId: string, index: number): Promise<Group> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: { runId, item: groupItem(index) }, ConsistentRead: true }),
  );
  if (!Item) throw new Error(`The run ${runId} has no ${groupItem(index)}.`);
  return Item as Group;
}

/** Every group of a run, in order, page by page. */
export function allGroups(runId: string): AsyncGenerator<Group> {
  return queryAll<Group>({
    TableName: RUNS_TABLE,
    KeyConditionExpression: 'runId = :run AND begins_with(#item, :group)',
    ExpressionAttributeNames: { '#item': 'item' },
    ExpressionAttributeValues: { ':run': runId, ':group': GROUP },
    ConsistentRead: true,
  });
}

/** Records an intent or a result in the group. The steps of a group run one after the other, so no write is lost. */
export async function noteInGroup(group: Group, fields: Partial<Group>): Promise<void> {
  const Key = { runId: group.runId, item: group.item };
  await tables.send(new UpdateCommand({ TableName: RUNS_TABLE, Key, ...changeOf({ set: fields }) }));
  Object.assign(group, fields);
}

/** Records what the state machine had caught: the undo of an execution that is cut off is not told of it otherwise. */
export async function noteCaught(group: Group, failures: CaughtFailure[] = []): Promise<void> {
  if (failures.length <= (group.caught ?? []).length) return;
  const caught = failures.map(({ step, error, cause }) => ({
    step,
    error,
    ...(cause && { cause: describeCause(cause).slice(0, CAUSE_LIMIT) }),
  }));
  await noteInGroup(group, { caught });
}
