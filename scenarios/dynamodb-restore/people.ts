import type { Execution } from '../../simulator/asl/execution';
import type { Simulation } from '../simulation';
import { DUPLICATE, open, parksTable, smallWorld, swapInput, TABLE, tableOf } from './parks';

const DEADLINE_SECONDS = 40 * 24 * 3600;
const SETTLES_WITHIN_SECONDS = 60;
const NEW_TAG = { Key: 'owner', Value: 'rangers' };
const NEW_ITEM = 'park#77';

/** A person who works in the account while a swap runs, and knows nothing of it. */
interface Person {
  name: string;
  /** Does it; what AWS refuses at that moment was not done. */
  act(simulation: Simulation): void;
  /** What has to hold for what was done: true, or the table or the message says otherwise. */
  holds(simulation: Simulation, told: string): boolean;
}

const isThere = (simulation: Simulation) => tableOf(simulation) !== undefined;

export const PEOPLE: Person[] = [
  {
    name: 'a janitor, who deletes the duplicate',
    act: ({ region }) => region.dynamodb.DeleteTable({ TableName: DUPLICATE }),
    holds: isThere,
  },
  {
    name: 'a protector, who turns on deletion protection',
    act: ({ region }) => region.dynamodb.UpdateTable({ TableName: TABLE, DeletionProtectionEnabled: true }),
    holds: (simulation, told) =>
      tableOf(simulation)?.DeletionProtectionEnabled === true || told.includes('deletion protection'),
  },
  {
    name: 'a tagger, who adds a tag',
    act: ({ region }) =>
      region.dynamodb.TagResource({ ResourceArn: region.dynamodb.tables.get(TABLE)?.arn, Tags: [NEW_TAG] }),
    holds: (simulation, told) =>
      tableOf(simulation)?.Tags?.some(({ Key }) => Key === NEW_TAG.Key) === true || told.includes('tags'),
  },
  {
    name: 'a writer, who puts an item',
    act: ({ region }) => region.dynamodb.PutItem({ TableName: TABLE, Item: { pk: { S: NEW_ITEM } } }),
    holds: (simulation) => hasItem(simulation),
  },
  {
    name: 'a deleter, who deletes the table',
    act: ({ region }) => region.dynamodb.DeleteTable({ TableName: TABLE }),
    holds: (simulation, told) =>
      isThere(simulation) || told.includes('MAY BE EMPTY') || told.includes('does not exist'),
  },
];

/** The item is under the name, or in a backup of the table. */
function hasItem(simulation: Simulation): boolean {
  const inBackup = simulation.region.dynamodb.backups
    .present()
    .some(({ image }) => image.items.some(({ pk }) => pk?.S === NEW_ITEM));
  return inBackup || tableOf(simulation)?.Items?.some(({ pk }) => pk === NEW_ITEM) === true;
}

/** Runs a swap in which a person acts when it enters `state`. Returns what does not hold that must. */
export async function brokenBy(person: Person, state: string): Promise<string[]> {
  const world = smallWorld({ tables: [parksTable({ DeletionProtectionEnabled: false })] });
  const simulation = await open(world);
  try {
    const { clock } = simulation.account;
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await clock.runUntil(() => hasEntered(execution, state) || execution.status !== 'RUNNING', DEADLINE_SECONDS);
    const hasActed = attempt(() => person.act(simulation));
    const isOver = () => execution.status !== 'RUNNING' && simulation.isQuiet();
    await clock.runUntil(isOver, DEADLINE_SECONDS);
    await clock.runUntil(clock.sleep(SETTLES_WITHIN_SECONDS), SETTLES_WITHIN_SECONDS + 1);
    return hasActed ? brokenAtTheEnd(simulation, execution, person) : [];
  } finally {
    simulation.close();
  }
}

function hasEntered({ history }: Execution, state: string): boolean {
  return history.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state);
}

function attempt(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

function brokenAtTheEnd(simulation: Simulation, execution: Execution, person: Person): string[] {
  const [run = {}] = simulation.items('RunsTable').filter(({ item }) => item === 'run');
  const finals = simulation.region.sns.published.filter(({ subject }) => !/^(APPROVAL|STARTED)/.test(subject ?? ''));
  const told = finals.map(({ subject, message }) => `${subject}\n${message}`).join('\n');
  const problems: [boolean, string][] = [
    [!run.open && run.finishedAt !== undefined, 'the run record is not closed'],
    [finals.length === 1, `${finals.length} final notifications`],
    [simulation.items('LocksTable').length === 0, 'a lock is left'],
    [(execution.status === 'SUCCEEDED') === (run.outcome === 'SUCCEEDED'), 'execution and record end differently'],
    [person.holds(simulation, told), `what the person did is neither there nor told:\n${told}`],
    [hasOriginal(simulation), 'no copy of the original'],
  ];
  return problems.filter(([holds]) => !holds).map(([, what]) => what);
}

/** The original itself, or a backup of it that can be restored. */
function hasOriginal(simulation: Simulation): boolean {
  const DAMAGED_ITEM = 'park#9';
  const inBackup = simulation.region.dynamodb.backups
    .present()
    .some(({ status, image }) => status === 'AVAILABLE' && image.items.some(({ pk }) => pk?.S === DAMAGED_ITEM));
  return inBackup || tableOf(simulation)?.Items?.some(({ pk }) => pk === DAMAGED_ITEM) === true;
}
