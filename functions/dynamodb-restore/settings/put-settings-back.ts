import { DescribeTableCommand, type TableDescription, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { sleep } from '../../shared/clock';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { getSwapRun, type SettingGap, type SwapRun } from '../swap/swap-run';
import { ALL } from './all';
import { describeSettings } from './describe-settings';
import { globalIndexes } from './global-indexes';
import { missingIndexes } from './missing-indexes';
import type { SettingChange, Situation, TableSetting } from './table-setting';
import type { TableSettings } from './table-settings';
import { type RestoringRun, restoredName, type Wanted, wantedSettings } from './wanted-settings';

const PAUSE_SECONDS = 2;
/** The table is being changed, is too new for backups, or too many tables are being changed. */
const GOES_AWAY = [
  'ResourceInUseException',
  'ContinuousBackupsUnavailableException',
  'LimitExceededException',
  'ConcurrentUpdateException',
];
/** What a change has done may not be seen at once. After so many more attempts the state machine comes back later. */
const MOST_REPEATS = 5;
/** Leave in time, so that the state machine can come back instead of Lambda ending the task. */
const RESERVE_MS = 20_000;

/** What the state machine needs to route. */
interface Output {
  isIndexMissing: boolean;
}

/**
 * Sets a restored table as it is to be: as the original was, or, where that is gone, as the copy says, one change after the other, each once the table is
 * ACTIVE again. What AWS refuses for good is named in the result and is no reason to stop. Says whether there are indexes
 * to be made again: that can take hours, so it is waited for elsewhere. Safe to repeat: only what differs is changed.
 */
export const handler = task(async ({ runId, isUndo }: StepInput, context): Promise<Output> => {
  const run: RestoringRun = await getSwapRun({ runId, isUndo });
  const { getRemainingTimeInMillis: remainingMs } = context;
  try {
    await untilActive(restoredName(run), remainingMs);
    const wanted = await wantedSettings(run, await describeSettings(restoredName(run)));
    if (wanted.isPutBack) return { isIndexMissing: await applyChanges(run, wanted, remainingMs) };
    await updateRun(runId, { gaps: [] });
    return { isIndexMissing: false };
  } catch (error) {
    // Whatever else cannot be read or set: the table is not to be left without its protection.
    if (!isTransient(error) && run.table?.isDeletionProtected)
      await dynamodb.send(new UpdateTableCommand({ TableName: restoredName(run), DeletionProtectionEnabled: true }));
    throw error;
  }
});

/** True when an index has to be made, or is being made, after all that can be done without it. */
async function applyChanges(run: SwapRun, wanted: Wanted, remainingMs: () => number): Promise<boolean> {
  const { TableName, settings } = wanted;
  const refused = new Map<string, SettingGap>();
  const applied: string[] = [];
  for (;;) {
    const table = await untilActive(TableName, remainingMs);
    const now = await describeSettings(TableName);
    const indexesBeingMade = (table.GlobalSecondaryIndexes ?? [])
      .filter(({ IndexStatus }) => IndexStatus === 'CREATING')
      .map(({ IndexName = '' }) => IndexName);
    const changes = await changesOf({ TableName, wanted: settings, now, indexesBeingMade });
    const next = changes.find(({ what }) => !refused.has(what));
    if (!next) {
      await updateRun(run.runId, { gaps: [...refused.values(), ...indexGaps(run)] });
      return indexesBeingMade.length > 0 || missingIndexes(run, now).length > 0;
    }
    const { setting, what } = next;
    const repeats = applied.filter((earlier) => earlier === what).length;
    if (repeats > MOST_REPEATS) throw new TransientServiceError(`${what}: the change is not to be seen yet.`);
    if (repeats > 0) await sleep(PAUSE_SECONDS);
    applied.push(what);
    try {
      await next.apply();
    } catch (error) {
      if (isTransient(error) || hasName(error, ...GOES_AWAY)) throw new TransientServiceError(describeError(error));
      refused.set(what, { setting, text: `${what}: ${describeError(error)}` });
    }
  }
}

/** What has to be changed, in the order of the settings, each with its setting's name. */
async function changesOf(situation: Situation<TableSettings>): Promise<(SettingChange & { setting: string })[]> {
  const changes: (SettingChange & { setting: string })[] = [];
  const { wanted, now } = situation;
  for (const setting of ALL as readonly TableSetting<TableSettings>[]) {
    const isUnknown = wanted.unread?.[setting.name] || wanted.notHeld?.settings.includes(setting.name);
    if (isUnknown || now.unread?.[setting.name]) continue;
    for (const change of (await setting.changes?.(situation)) ?? []) changes.push({ ...change, setting: setting.name });
  }
  return changes;
}

function indexGaps({ indexesRefused = {} }: SwapRun): SettingGap[] {
  return Object.values(indexesRefused).map((text) => ({ setting: globalIndexes.name, text }));
}

/** Waits until the table can be changed. */
async function untilActive(TableName: string, remainingMs: () => number): Promise<TableDescription> {
  for (;;) {
    const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table.TableStatus === 'ACTIVE') return Table;
    if (remainingMs() < RESERVE_MS) throw new TransientServiceError(`${TableName} is ${Table.TableStatus}.`);
    await sleep(PAUSE_SECONDS);
  }
}
