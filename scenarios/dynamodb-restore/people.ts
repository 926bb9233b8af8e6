import type { Execution } from '../../simulator/asl/execution';
import type { Simulation } from '../simulation';
import { hasEntered } from '../states';
import type { World } from '../world';
import { DUPLICATE, TABLE, tableOf, WRITTEN } from './parks';

const DEADLINE_SECONDS = 40 * 24 * 3600;
const NEW_TAG = { Key: 'owner', Value: 'rangers' };

/** The states of a swap in their order, from its first change to its last. */
export const STATES = [
  'Restore Duplicate',
  'Verify Duplicate',
  'Back Up Original',
  'Back Up Duplicate',
  'Ask Approval',
  'Confirm Last Minute',
  'Check Deletion',
  'Rehearse Restore',
  'Delete Original',
  'Restore Original',
  'Verify Original',
  'Put Settings Back',
  'Verify Settings',
  'Clean Up',
];

/** Settings of a table, as `settingsOf` gives them. */
export type Settings = Record<string, unknown>;

/** A person who works in the account while a swap runs, and knows nothing of it. */
export interface Person {
  name: string;
  /** Cannot act on a table that is protected from deletion. */
  needsUnprotected?: true;
  /** Does it; what AWS refuses at that moment was not done. */
  act(simulation: Simulation): void;
  /** What has to hold for what was done: true, or the table or the message says otherwise. */
  holds(simulation: Simulation, told: string): boolean;
  /** The settings that the table has to have in the end, from those before the run. */
  expected?(before: Settings): Settings;
  /** Whether the table itself is taken away. */
  takesTable?: true;
}

/** A person who acts so long after a swap has entered a state. */
export interface Visit {
  person: Person;
  state: string;
  afterSeconds: number;
}

const isThere = (simulation: Simulation) => tableOf(simulation) !== undefined;

export const PEOPLE: Person[] = [
  {
    name: 'a janitor, who deletes the duplicate',
    act: ({ region }) => region.dynamodb.DeleteTable({ TableName: DUPLICATE }),
    holds: () => true,
  },
  {
    name: 'a protector, who turns on deletion protection',
    needsUnprotected: true,
    act: ({ region }) => region.dynamodb.UpdateTable({ TableName: TABLE, DeletionProtectionEnabled: true }),
    holds: (simulation, told) =>
      tableOf(simulation)?.DeletionProtectionEnabled === true || told.includes('deletion protection'),
    expected: (before) => ({ ...before, DeletionProtectionEnabled: true }),
  },
  {
    name: 'a tagger, who adds a tag',
    act: ({ region }) => {
      const table = region.dynamodb.tables.get(TABLE);
      // Of a table that is being deleted nothing comes back, whether or not DynamoDB still takes its tags.
      if (table?.status === 'DELETING') throw new Error(`${TABLE} is being deleted.`);
      region.dynamodb.TagResource({ ResourceArn: table?.arn, Tags: [NEW_TAG] });
    },
    holds: (simulation, told) =>
      tableOf(simulation)?.Tags?.some(({ Key }) => Key === NEW_TAG.Key) === true || told.includes('tags'),
    expected: ({ Tags = [], ...before }) => ({ ...before, Tags: [NEW_TAG, ...(Tags as object[])] }),
  },
  {
    name: 'a writer, who puts an item',
    act: ({ region }) => region.dynamodb.PutItem({ TableName: TABLE, Item: { pk: { S: WRITTEN } } }),
    holds: hasItem,
  },
  {
    name: 'a deleter, who deletes the table',
    needsUnprotected: true,
    takesTable: true,
    act: ({ region }) => region.dynamodb.DeleteTable({ TableName: TABLE }),
    holds: (simulation, told) =>
      isThere(simulation) || told.includes('MAY BE EMPTY') || told.includes('does not exist'),
  },
];

/** The item is under the name, or in a backup of a table. */
function hasItem(simulation: Simulation): boolean {
  const inBackup = simulation.region.dynamodb.backups
    .present()
    .some(({ image }) => image.items.some(({ pk }) => pk?.S === WRITTEN));
  return inBackup || tableOf(simulation)?.Items?.some(({ pk }) => pk === WRITTEN) === true;
}

/** The world in which the person can act. */
export function worldFor({ needsUnprotected }: Person, world: World): World {
  if (!needsUnprotected) return world;
  return { ...world, tables: world.tables?.map((table) => ({ ...table, DeletionProtectionEnabled: false })) };
}

/** Lets the swap come to the state, and the person act. False when AWS refused it, or the run had begun to report. */
export async function visit(
  simulation: Simulation,
  execution: Execution,
  { person, state, afterSeconds }: Visit,
): Promise<boolean> {
  const { clock } = simulation.account;
  const hasCome = () => hasEntered(execution, state) || execution.status !== 'RUNNING';
  await clock.runUntil(hasCome, DEADLINE_SECONDS);
  if (afterSeconds > 0) await clock.runUntil(clock.sleep(afterSeconds), afterSeconds + 1);
  const all = [...simulation.region.stepFunctions.executions.values()];
  if (all.some((each) => hasEntered(each, 'Report Run'))) return false;
  try {
    person.act(simulation);
    return true;
  } catch {
    return false;
  }
}
