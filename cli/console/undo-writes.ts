import { DateTime } from 'luxon';
import { localAndUtc, localTime } from '../dates';
import { parseLocalTime } from '../typed-time';
import { chooseTable } from './choices';
import { type Desk, startAndWatch } from './desk';

/** Option 9: undoes a window of bad writes, item by item, in the live table. */
export async function undoWrites(desk: Desk): Promise<void> {
  const { prompts, config } = desk;
  const TableName = await chooseTable(desk);
  const now = desk.session.aws.now();
  const from = await typeSecond(desk, 'When did the bad writes begin?', now, () => undefined);
  const to = await typeSecond(desk, 'When were they over? The first second after them', now, (at) =>
    at > from ? undefined : 'That is not after the beginning.',
  );
  prompts.show(
    'Read this before you continue',
    [
      `1. EXPORT   what was written to ${TableName} from ${localAndUtc(from)} to ${localAndUtc(to)}; costs about 0.10 dollars a gigabyte of changes.`,
      '2. PLAN     each item: what it was, what the window made of it, what it is now. It is the journal, and it is kept.',
      '3. ASK      you, with counts, examples and costs. Nothing was changed until then.',
      '4. WRITE    each item, if it still is what the bad writes left. What was written since stays, and is listed.',
      'EVERYTHING that was written to a selected item in the window counts as bad: choose it narrow, or give a filter.',
    ].join('\n'),
  );
  const filter = await prompts.type("Which items? A JSONata filter like new.Batch = 'x', or all", (text) =>
    text.trim() ? undefined : 'A filter, or the word all.',
  );
  const isMeant = await prompts.confirm(`Plan to undo these writes to ${TableName}?`);
  if (!isMeant) return prompts.say('Nothing was done.', 'info');
  await startAndWatch(desk, 'dynamodb-item-restore', {
    TableName,
    From: from.toISOString(),
    To: to.toISOString(),
    ...(filter.trim() !== 'all' && { Filter: filter }),
    ...(config.accountId && { ExpectedAccountId: config.accountId }),
  });
}

async function typeSecond(
  { prompts }: Desk,
  question: string,
  now: number,
  problemOf: (at: Date) => string | undefined,
): Promise<Date> {
  const example = localTime(now).slice(0, 19);
  const typed = await prompts.type(`${question} Like ${example}, in ${DateTime.local().zoneName}`, (text) => {
    const parsed = parseLocalTime(text);
    return 'problem' in parsed ? parsed.problem : problemOf(parsed.at);
  });
  return (parseLocalTime(typed) as { at: Date }).at;
}
