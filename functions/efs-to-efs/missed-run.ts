import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { isoTime, nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { changeOf } from '../shared/items';
import { RUNS_TABLE } from '../shared/runs/runs';
import { tell } from '../shared/runs/tell';
import { type EfsToEfsRun, WORKFLOW } from './run';
import { DEFAULTS, IS_SCHEDULED, MAXIMUM_AGE_SECONDS } from './settings';

/** What is remembered between runs: when the last successful backup of an interval was begun. */
const keyOf = (interval: string) => ({ runId: `efs-to-efs-${interval}`, item: 'last-success' });
const KEY = keyOf(DEFAULTS.interval);

interface LastSuccess {
  /** The first look counts as a success, so that a new schedule has its time. */
  begunAt: number;
  toldAt?: number;
  /** How long the next one takes, from its claim to its end. A first look knows nothing of it. */
  expectedSeconds?: number;
}

/** Remembers a successful backup of an interval: the schedule's is missed by its age, a dry run tells its length. */
export async function noteSuccess({ settings, startedAt, ...run }: EfsToEfsRun): Promise<void> {
  if (settings?.action !== 'backup' || settings.interval === undefined) return;
  const { claimedAt = startedAt, commandSentAt = claimedAt, workerReport } = run;
  const workSeconds = workerReport?.nextRunSeconds ?? nowSeconds() - commandSentAt;
  const last: LastSuccess = { begunAt: startedAt, expectedSeconds: commandSentAt - claimedAt + workSeconds };
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item: { ...keyOf(settings.interval), ...last } }));
}

/** The last successful backup of an interval, if there was one, or a first look. */
export async function readLastSuccess(interval: string): Promise<LastSuccess | undefined> {
  const query = { TableName: RUNS_TABLE, Key: keyOf(interval), ConsistentRead: true };
  return (await tables.send(new GetCommand(query))).Item as LastSuccess | undefined;
}

/**
 * Notifies the operator, once, when the newest successful backup is too old: the scheduled run failed, or the schedule
 * did not fire. Only while the schedule is enabled. Safe to repeat.
 */
export async function checkMissedRun(): Promise<void> {
  if (!IS_SCHEDULED) return;
  const last = await readLastSuccess(DEFAULTS.interval);
  if (!last) {
    await ifUnchanged(
      new PutCommand({
        TableName: RUNS_TABLE,
        Item: { ...KEY, begunAt: nowSeconds() },
        ConditionExpression: 'attribute_not_exists(runId)',
      }),
    );
    return;
  }
  if (last.toldAt || nowSeconds() <= last.begunAt + MAXIMUM_AGE_SECONDS) return;
  const message = [
    `There has been no successful ${DEFAULTS.interval} backup of ${DEFAULTS.source.fileSystemId} since ${isoTime(last.begunAt)}.`,
    `That is more than ${MAXIMUM_AGE_SECONDS / 3600} hours ago.`,
    `The runs are in the table ${RUNS_TABLE}.`,
  ];
  await tell({
    runId: KEY.runId,
    what: `missed#${last.begunAt}`,
    subject: `MISSED: ${WORKFLOW} ${DEFAULTS.interval}`,
    message,
    attributes: { workflow: WORKFLOW, outcome: 'MISSED' },
  });
  await ifUnchanged(
    new UpdateCommand({
      TableName: RUNS_TABLE,
      Key: KEY,
      ...changeOf(
        { set: { toldAt: nowSeconds() } },
        { condition: 'begunAt = :begunAt', values: { ':begunAt': last.begunAt } },
      ),
    }),
  );
}

/** Another invocation, or a run that succeeded meanwhile, may have written first: what it wrote is newer and stays. */
async function ifUnchanged(command: PutCommand | UpdateCommand): Promise<void> {
  try {
    await tables.send(command as PutCommand);
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
  }
}
