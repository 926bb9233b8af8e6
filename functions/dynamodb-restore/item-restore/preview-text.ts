import { isoTime } from '../../shared/clock';
import type { ItemRestoreRun } from './item-restore-run';
import { type Counts, noCounts, total, writesOf } from './plan-counts';
import { concurrencyOf } from './rate';

/** On-demand prices of us-east-1 in dollars: https://aws.amazon.com/dynamodb/pricing/on-demand/ */
const DOLLARS_PER_MILLION_WRITE_UNITS = 0.625;
const DOLLARS_PER_EXPORTED_GB = 0.1;

const EXPLAINED: Record<string, string> = {
  'cannot be decided':
    'written after the window, and whether they were written in it too cannot be seen in exports of 15 minutes',
  expired: 'their time to live has passed',
  'too many attributes': 'more than 100 attributes differ, which one write on condition cannot change',
};

/** What a run is about to do, for people: line by line, the widest selection first. */
export function describePlan(run: ItemRestoreRun): string[] {
  const { settings, window, table } = run;
  const planned = run.planned ?? noCounts();
  const writes = writesOf(planned);
  return [
    ...widestSelection(run),
    `Table ${settings.TableName}: ${writes} items are written, in at least ${duration(run, writes)}.`,
    `  ${planned.updates} changed items get back the attributes that differ, ${planned.puts} deleted items are put back, ${planned.deletes} inserted items are deleted.`,
    ...conflictsOf(run, planned.conflictsWritten),
    ...Object.entries(planned.listed).map(
      ([reason, count]) => `  ${count} items are not written: ${EXPLAINED[reason] ?? reason}.`,
    ),
    `  ${planned.asItWas + planned.unchanged} items are as they were already, ${planned.notSelected} were not selected, ${planned.outside} were not written in the window.`,
    ...(window
      ? [
          `Window: ${isoTime(window.from)} to ${isoTime(window.to)}. EVERYTHING that was written to a selected item in it counts as bad, also a good write, and one that changed nothing.`,
          ...minutesOf(planned),
        ]
      : [`Undoes the journal ${run.sourceJournal}.`]),
    ...planned.samples.map(({ item, what }) => `  e.g. ${item}: ${what}`),
    `Cost: about ${planned.writeUnits} write units, ${dollars((planned.writeUnits * DOLLARS_PER_MILLION_WRITE_UNITS) / 1e6)} on demand in us-east-1${table.indexes > 0 ? `, and up to as much for each of ${table.indexes} indexes` : ''}.${exportCost(run)}`,
    ...(table.streamReaders.length > 0
      ? [`These writes are in the stream of the table, which is read by: ${table.streamReaders.join(', ')}.`]
      : []),
    ...(table.isGlobal
      ? [
          'A global table: conditions hold in this region only, times are those of this region, the window was widened by a minute at both ends, and verification waits for a minute.',
        ]
      : []),
  ];
}

function conflictsOf({ settings }: ItemRestoreRun, conflicts: number): string[] {
  if (conflicts === 0 || 'Source' in settings) return [];
  const words =
    settings.OnConflict === 'Merge'
      ? 'attributes that were changed since stay as they are'
      : 'what was written since is lost in the table, and is in the journal';
  return [`  ${conflicts} of them were written again after the window: ${words}.`];
}

function widestSelection({ settings, planned }: ItemRestoreRun): string[] {
  if ('Source' in settings || settings.Keys !== undefined || settings.Filter !== undefined) return [];
  const selected = planned ? planned.seen - planned.outside - (planned.listed['cannot be decided'] ?? 0) : 0;
  return [
    `EVERY item that was written in the window is selected, ${selected} of them: there is neither Keys nor Filter.`,
  ];
}

/** The minute with most last writes is the likely one; what lies outside may be another writer's work. */
function minutesOf(planned: Counts): string[] {
  const [busiest] = Object.entries(planned.minutes).sort(([, one], [, other]) => other - one);
  if (!busiest) return [];
  // Of a long window not every minute is kept, so the items are counted.
  const { 'cannot be decided': _untimed, ...listed } = planned.listed;
  const outside = writesOf(planned) + total(listed) - busiest[1];
  return [
    `  ${busiest[1]} of these items were written last in the minute ${busiest[0]}${outside > 0 ? `, ${outside} in other minutes of the window: are they bad too?` : '.'}`,
  ];
}

function duration({ settings, shards = 1 }: ItemRestoreRun, writes: number): string {
  const atOnce = concurrencyOf(settings.MaxWritesPerSecond, shards);
  const seconds = Math.ceil(writes / settings.MaxWritesPerSecond);
  const minutes = Math.floor(seconds / 60);
  return `${minutes > 0 ? `${minutes} min ` : ''}${seconds % 60} s at ${settings.MaxWritesPerSecond} a second by ${atOnce} at once`;
}

function exportCost({ exportedBytes }: ItemRestoreRun): string {
  if (exportedBytes === undefined) return '';
  return ` The exports have cost about ${dollars((exportedBytes / 1024 ** 3) * DOLLARS_PER_EXPORTED_GB)} already, also in a dry run.`;
}

function dollars(amount: number): string {
  return amount < 0.01 ? 'less than $0.01' : `$${amount.toFixed(2)}`;
}
