import { defaultWorld } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { type Scene, unmet } from './scene';

const WORKFLOW = 'dynamodb-swap-restore';
const TABLE = 'ParksAr';
/** A minute before a script closes every park. */
const RESTORE_TO = '2026-11-20T21:44:00Z';

type Table = NonNullable<World['tables']>[number];

const world = defaultWorld(WORKFLOW);

function tableIn({ tables }: World): Table | undefined {
  return tables?.find(({ TableName }) => TableName === TABLE);
}

/** The items at the time of the restore: those of now, with what was changed since put back. */
function itemsBefore({ Items = [], History = [] }: Table): string[] {
  const keyOf = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
  const items = new Map(Items.map((item) => [keyOf(item), item]));
  for (const { Key, Before } of History) {
    if (Before) items.set(keyOf(Key), Before);
    else items.delete(keyOf(Key));
  }
  return [...items.values()].map(asText).sort();
}

function asText(item: object): string {
  return JSON.stringify(Object.entries(item).sort(([left], [right]) => left.localeCompare(right)));
}

/** The settings by name, as text; those that take their time to be there are read from the result. */
function settingsOf(table: Table | undefined): Map<string, string> {
  const { Items, History, PointInTimeRecoveryEnabledAt, KinesisDestinations, ContributorInsights, ...kept } =
    table ?? ({} as Table);
  const { AttributeDefinitions, Region, Tags = [], ...rest } = kept;
  const settings = Object.entries({ ...rest, Tags: Tags.map(asText).sort() });
  return new Map(settings.map(([name, value]) => [name, JSON.stringify(value)]));
}

/** Those of `wanted` that are not in `found`. */
function missing(wanted: string[], found: string[]): string[] {
  const known = new Set(found);
  return wanted.filter((text) => !known.has(text));
}

function settingsThatDiffer(before: Table | undefined, after: Table | undefined): string[] {
  const now = settingsOf(after);
  return [...settingsOf(before)].filter(([name, value]) => now.get(name) !== value).map(([name]) => name);
}

/** A table is damaged, and restored in place to the minute before. */
export const tableSwapped: Scene = {
  workflow: WORKFLOW,
  announcement:
    'A script has damaged a table. It is restored under its own name to the minute before, with every setting; an operator approves after five minutes.',
  world,
  input: { TableName: TABLE, Source: { Type: 'PointInTime', RestoreDateTime: RESTORE_TO } },
  comparisons(result) {
    const damaged = tableIn(world) as Table;
    const wanted = itemsBefore(damaged);
    const before = (damaged.Items ?? []).map(asText);
    const after = (tableIn(result.world)?.Items ?? []).map(asText);
    const settings = [...settingsOf(damaged).keys()];
    const differ = settingsThatDiffer(damaged, tableIn(result.world));
    return [
      `Items, one by one: of the ${wanted.length} of ${RESTORE_TO}, ${missing(wanted, before).length} were damaged or gone before the run, ${missing(wanted, after).length} are now; ${missing(after, wanted).length} are there that were not.`,
      `Settings, before and after: ${settings.length} compared, ${differ.length} differ (${settings.join(', ')}).`,
    ];
  },
  check(result) {
    const damaged = tableIn(world);
    const restored = tableIn(result.world);
    const output = (result.output ?? {}) as { SettingsNotRestored?: string[]; FallbackBackupArn?: string };
    const items = (restored?.Items ?? []).map(asText).sort();
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'The items are not those of the minute before.':
        damaged !== undefined && items.join('\n') === itemsBefore(damaged).join('\n'),
      'A setting is not as before.':
        settingsThatDiffer(damaged, restored).length === 0 && (output.SettingsNotRestored ?? []).length === 0,
      'The fallback is not there.':
        result.world.tableBackups?.some(({ BackupArn }) => BackupArn === output.FallbackBackupArn) ?? false,
      'The duplicate is still there.': !result.world.tables?.some(({ TableName }) => TableName.includes('--dupe-')),
    });
  },
};
