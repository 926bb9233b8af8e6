import { sleep } from '../../shared/clock';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getSwapRun } from '../swap/swap-run';
import { differentSettings } from './compare-settings';
import { describeSettings } from './describe-settings';
import { isPassing } from './stream-consumers';
import type { TableSettings } from './table-settings';
import { restoredName, wantedSettings } from './wanted-settings';

const PASSES_WITHIN_SECONDS = 60;
const PAUSE_SECONDS = 5;

/**
 * Compares every setting of a restored table with what it is to be, and names what differs in the result: a local index that
 * the restored data lacks, for instance, because that cannot be made on a table that exists. Reads only.
 */
export const handler = task(async ({ runId, isUndo }: StepInput): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  const named = run.gaps ?? [];
  const now = await settledSettings(restoredName(run));
  const wanted = await wantedSettings(run, now);
  const consumersReplaced = run.table ? replacedConsumers(run.table, now) : [];
  const others = differentSettings(wanted.settings, now).filter(
    ({ setting }) => !named.some((gap) => gap.setting === setting),
  );
  await updateRun(run.runId, {
    gaps: [...named, ...others],
    settingsVerified: true,
    ...(consumersReplaced.length > 0 && { consumersReplaced }),
  });
});

/** The settings, once no consumer of the stream is on its way to another state, or after a minute. */
async function settledSettings(TableName: string): Promise<TableSettings> {
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const settings = await describeSettings(TableName);
    const isSettled = !settings.eventSourceMappings?.some(isPassing);
    if (isSettled || waited >= PASSES_WITHIN_SECONDS) return settings;
    await sleep(PAUSE_SECONDS);
  }
}

/** Lambda's mappings that were made anew for the new stream, in words: templates and scripts know them by their UUIDs. */
function replacedConsumers(wanted: TableSettings, now: TableSettings): string[] {
  return (wanted.eventSourceMappings ?? []).flatMap(({ FunctionArn, UUID }) => {
    const other = now.eventSourceMappings?.find((mapping) => mapping.FunctionArn === FunctionArn);
    return other && other.UUID !== UUID ? [`${FunctionArn}: mapping ${UUID} is ${other.UUID} now`] : [];
  });
}
