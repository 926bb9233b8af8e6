import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { requireEnv } from '../../shared/config';
import { InvalidInputError } from '../../shared/errors';
import { task } from '../../shared/task';
import { checkNotOwn, findTable, wayOutOf } from '../find-table';
import { compileFilter } from './filter-expression';
import { type ItemRestoreSettings, parseItemRestoreInput, type WindowSettings } from './input';
import { isNarrowed, type TableFacts } from './item-restore-run';
import { readJournalHead } from './journal-head';
import { readTableFacts } from './read-table-facts';
import { checkWindow } from './recovery-window';
import { readKeys } from './selection';
import type { Period } from './windows';

const IS_SKIP_FORBIDDEN = requireEnv('FORBID_SKIP') === 'Yes';
/** A clock of another region may be off: the window of a global table is this much wider at both ends. */
const GLOBAL_MARGIN_SECONDS = 60;

interface Output {
  settings: ItemRestoreSettings;
  table: TableFacts;
  window?: Period;
}

/**
 * The preflight: reads the input and looks at the table: keys, filter, point-in-time recovery, exports, or the journal that
 * is to be undone. One message lists all that is wrong. Reads only.
 */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, problems } = parseItemRestoreInput(input);
  if (!settings) throw new InvalidInputError(problems);
  problems.push(...checkNotOwn(settings.TableName), ...checkConsent(settings));
  const described = await findTable(settings.TableName);
  if (!described) throw new InvalidInputError([...problems, `TableName: ${settings.TableName} does not exist`]);
  problems.push(...checkTable(described, settings));
  const { facts, problems: unread } = await readTableFacts(described);
  problems.push(...unread);
  if ('Source' in settings) {
    problems.push(...(await readJournalHead(settings)).problems);
    if (problems.length > 0) throw new InvalidInputError(problems);
    return { settings, table: facts };
  }
  const asked = { from: Date.parse(settings.From) / 1000, to: Date.parse(settings.To) / 1000 };
  const window = facts.isGlobal ? widened(asked) : asked;
  problems.push(...checkSelection(settings, facts), ...(await checkWindow(settings.TableName, asked, window)));
  if (problems.length > 0) throw new InvalidInputError(problems);
  return { settings, table: facts, window };
});

function checkConsent(settings: ItemRestoreSettings): string[] {
  if (settings.Approval !== 'Skip') return [];
  return [
    ...(IS_SKIP_FORBIDDEN ? ['Approval: this stack forbids "Skip" (parameter ForbidSkip); leave the key out'] : []),
    ...(isNarrowed(settings)
      ? []
      : [
          'Approval: without Keys and Filter every item that was written in the window is meant, so a person has to approve it',
        ]),
  ];
}

function checkTable(table: TableDescription, { TableName, AcceptReplicas }: ItemRestoreSettings): string[] {
  const problems: string[] = [];
  if (table.TableStatus !== 'ACTIVE' && table.TableStatus !== 'UPDATING')
    problems.push(
      `TableName: ${TableName} is ${table.TableStatus}, so it cannot be written to${wayOutOf(table) ?? ''}`,
    );
  if (table.MultiRegionConsistency === 'STRONG')
    problems.push(`TableName: ${TableName} is a global table with strong consistency, which is not supported`);
  else if (table.Replicas?.length && !AcceptReplicas)
    problems.push(
      `AcceptReplicas: ${TableName} is a global table: conditions hold in this region only, and a write of another region that arrives meanwhile may be lost; set it to true to accept that`,
    );
  return problems;
}

function checkSelection(settings: WindowSettings, { key }: TableFacts): string[] {
  const problems = settings.Keys ? readKeys(settings.Keys, key).problems : [];
  if (settings.Filter === undefined) return problems;
  try {
    compileFilter(settings.Filter);
    return problems;
  } catch (error) {
    return [...problems, `Filter: ${(error as Error).message}`];
  }
}

function widened({ from, to }: Period): Period {
  return { from: from - GLOBAL_MARGIN_SECONDS, to: to + GLOBAL_MARGIN_SECONDS };
}
