import { closest, distance } from 'fastest-levenshtein';
import { DateTime } from 'luxon';
import { hasName } from '../../functions/shared/error-name';
import { listTables } from '../checks';
import { localAndUtc, localTime } from '../dates';
import { bytesText } from '../progress';
import { findRecoveryPoints, type RecoveryPoint } from '../recovery-points';
import { parseLocalTime } from '../typed-time';
import type { Desk } from './desk';
import { Leave } from './prompts';

const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const RESTORABLE = ['COMPLETED', 'AVAILABLE'];

/** Lets one of the account's tables be chosen. */
export async function chooseTable({ session, prompts, config }: Desk): Promise<string> {
  const tables = await listTables(session, config.hiddenTables);
  if (tables.length === 0) nothing({ prompts }, 'There is no table in this account and region.');
  return prompts.choose(
    'Which table?',
    tables.map((name) => ({ value: name, label: name })),
  );
}

/** Lets a table be chosen that a restore in place can replace: a global table goes with its replicas, so it cannot. */
export async function chooseReplaceableTable(desk: Desk): Promise<string> {
  const name = await chooseTable(desk);
  const { Table } = await (await desk.session.aws.client('dynamodb')).describeTable({ TableName: name });
  if (Table?.Replicas?.length)
    return nothing(
      desk,
      `${name} is a global table. A restore in place would delete its replicas too, so it is refused.`,
    );
  return name;
}

/** Lets the name of a table be typed that must not exist (any more). */
export async function typeMissingTable({ session, prompts }: Desk): Promise<string> {
  const name = await prompts.type('Which table shall be restored? Its name, as it was', (text) =>
    TABLE_NAME.test(text) ? undefined : 'A table name has 3 to 255 letters, digits, underscores, dots or hyphens.',
  );
  const dynamodb = await session.aws.client('dynamodb');
  try {
    const { Table } = await dynamodb.describeTable({ TableName: name });
    return nothing({ prompts }, `The table ${name} exists (${Table?.TableStatus}); to replace it use option 1 or 2.`);
  } catch (error) {
    if (hasName(error, 'ResourceNotFoundException')) return name;
    throw error;
  }
}

/** Lets a second be typed to which the table can go back, or `latest`. */
export async function typeRestoreTime({ session, prompts }: Desk, TableName: string): Promise<Date | 'latest'> {
  const dynamodb = await session.aws.client('dynamodb');
  const { ContinuousBackupsDescription } = await dynamodb.describeContinuousBackups({ TableName });
  const pitr = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = pitr ?? {};
  if (pitr?.PointInTimeRecoveryStatus !== 'ENABLED' || !earliest || !latest)
    return nothing(
      { prompts },
      `Point-in-time recovery of ${TableName} is off, so it cannot go back to a moment. Option 2 restores a recovery point; option 7 turns it on for the future.`,
    );
  prompts.show(
    `${TableName} can go back to`,
    [`earliest  ${localAndUtc(earliest)}`, `latest    ${localAndUtc(latest)}`].join('\n'),
  );
  const zone = DateTime.local().zoneName;
  const typed = await prompts.type(
    `To which time? Like ${localTime(latest).slice(0, 19)}, in ${zone}, or latest`,
    (text) => {
      if (text === 'latest') return undefined;
      const parsed = parseLocalTime(text);
      if ('problem' in parsed) return parsed.problem;
      // Both bounds are cut to the second here, as they are shown and typed.
      const isInside = parsed.at >= wholeSecond(earliest) && parsed.at <= latest;
      return isInside ? undefined : `${localTime(parsed.at)} is outside of what can be restored.`;
    },
  );
  if (typed === 'latest') return typed;
  const parsed = parseLocalTime(typed) as { at: Date };
  return new Date(Math.max(Number(parsed.at), Number(earliest)));
}

/** Lets a recovery point of AWS Backup be chosen, the newest first, with its storage class: of the configured vault, or of all. */
export async function chooseRecoveryPoint(desk: Desk, table: string): Promise<RecoveryPoint> {
  const { vaultName } = desk.config;
  const all = (await findRecoveryPoints(desk.session, { type: 'DynamoDB' })).filter(
    (point) => isRestorable(point) && point.vault !== 'DynamoDB',
  );
  const ofTable = all.filter(({ resource }) => resource === table);
  const points = ofTable.filter(({ vault }) => !vaultName || vault === vaultName);
  if (points.length > 0) return chooseAmong(desk, points);
  const vaults = [...new Set(ofTable.map(({ vault }) => vault))];
  const elsewhere =
    vaults.length > 0 ? ` There are some in ${vaults.join(', ')}: see vaultName in the configuration.` : '';
  const where = vaultName ? `in the vault ${vaultName}` : 'in any vault';
  return nothing(desk, `AWS Backup has nothing of ${table} ${where}.${elsewhere || didYouMean(table, all)}`);
}

/** Lets a backup of DynamoDB be chosen, the newest first. */
export async function chooseBackup(desk: Desk, table: string): Promise<RecoveryPoint> {
  const points = await findRecoveryPoints(desk.session, { resource: table, vault: 'DynamoDB' });
  if (points.some(isRestorable)) return chooseAmong(desk, points);
  const all = await findRecoveryPoints(desk.session, { vault: 'DynamoDB' });
  return nothing(desk, `DynamoDB has no backup of ${table}.${didYouMean(table, all.filter(isRestorable))}`);
}

async function chooseAmong({ prompts }: Desk, points: RecoveryPoint[]): Promise<RecoveryPoint> {
  const restorable = points.filter(isRestorable);
  const hasSeveralVaults = new Set(restorable.map(({ vault }) => vault)).size > 1;
  const chosen = await prompts.choose(
    'Which backup?',
    restorable.map((point) => ({
      value: point,
      label: [
        localTime(point.createdAt),
        point.name ?? (point.isCold ? 'cold storage, about 3 hours' : 'warm storage, about 20 minutes'),
        point.sizeInBytes === undefined ? '' : bytesText(point.sizeInBytes),
        hasSeveralVaults ? `in ${point.vault}` : '',
      ].join('  '),
    })),
  );
  if (chosen.isCold) prompts.say('It is in cold storage: expect about three hours, more for a large table.', 'warn');
  return chosen;
}

function isRestorable({ status }: RecoveryPoint): boolean {
  return RESTORABLE.includes(status);
}

/** The nearest name that has something to restore, as a question; nothing when none is near. */
function didYouMean(typed: string, points: RecoveryPoint[]): string {
  const names = [...new Set(points.map(({ resource }) => resource))].filter((name) => name !== typed);
  const nearest =
    names.length > 0
      ? closest(
          typed.toLowerCase(),
          names.map((name) => name.toLowerCase()),
        )
      : undefined;
  const name = names.find((candidate) => candidate.toLowerCase() === nearest);
  return name && distance(typed.toLowerCase(), name.toLowerCase()) <= Math.ceil(typed.length / 3)
    ? ` Did you mean ${name}?`
    : '';
}

function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** Says why an option cannot continue, and returns to the menu. */
function nothing({ prompts }: Pick<Desk, 'prompts'>, why: string): never {
  prompts.say(why, 'warn');
  throw new Leave('menu');
}
