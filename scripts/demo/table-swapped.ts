import { defaultWorld } from '../../simulator/simulation';
import type { World } from '../../simulator/world';
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

/** The settings that can be compared at once; those that take their time are read from the result. */
function settings(table: Table | undefined): string {
  const { Items, History, PointInTimeRecoveryEnabledAt, KinesisDestinations, ContributorInsights, ...kept } =
    table ?? ({} as Table);
  const { AttributeDefinitions, Region, Tags = [], ...rest } = kept;
  return asText({ ...rest, Tags: Tags.map(asText).sort() });
}

/** A table is damaged, and restored in place to the minute before. */
export const tableSwapped: Scene = {
  workflow: WORKFLOW,
  announcement:
    'A script has damaged a table. It is restored under its own name to the minute before, with every setting; an operator approves after five minutes.',
  world,
  input: { TableName: TABLE, Source: { Type: 'PointInTime', RestoreDateTime: RESTORE_TO } },
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
        settings(restored) === settings(damaged) && (output.SettingsNotRestored ?? []).length === 0,
      'The fallback is not there.':
        result.world.tableBackups?.some(({ BackupArn }) => BackupArn === output.FallbackBackupArn) ?? false,
      'The duplicate is still there.': !result.world.tables?.some(({ TableName }) => TableName.includes('--dupe-')),
    });
  },
};
