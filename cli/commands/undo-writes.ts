import { type Command, Option } from '@commander-js/extra-typings';
import { afterHelp, type OptionsOf, sub } from '../command-line';
import { usageFailure } from '../failure';
import type { Session } from '../session';
import { parseLocalTime } from '../typed-time';
import type { CarryOut } from './all';
import { startMade } from './start';

const WORKFLOW = 'dynamodb-item-restore';

/**
 * `dynamodb undo-writes`: starts a run that undoes the writes of a window; the run itself asks for approval. Times are
 * local, or have an offset.
 */
export function declare(dynamodb: Command, carryOut: CarryOut): void {
  const example =
    "backup-workflows dynamodb undo-writes Products --from '2026-11-20 02:14:00' --to '2026-11-20 02:15:00'";
  flags(sub(dynamodb, 'undo-writes', 'undoes what a window of writes did, item by item, in the live table'))
    .argument('<table>', 'its name')
    .addHelpText(
      'after',
      afterHelp(example, {
        ok: 'the run is started; with --follow: it succeeded',
        failed: 'with --follow: the run failed, or was stopped',
      }),
    )
    .action((table, options) => carryOut((session) => undoWrites(session, table, options)));
}

function flags(command: Command) {
  return command
    .requiredOption('--from <TIME>', 'the first second of the bad writes, in the local zone')
    .requiredOption('--to <TIME>', 'the first second after them')
    .option('--filter <JSONATA>', 'only items for which this is true (default: all that were written)')
    .addOption(
      new Option('--on-conflict <WAY>', 'what becomes of items that were written again since').choices([
        'Skip',
        'Overwrite',
        'Merge',
        'Fail',
      ]),
    )
    .option('--follow', 'show what happens until its end', false)
    .addOption(new Option('--dry-run', 'export, plan and show, and write nothing').default(false));
}

async function undoWrites(session: Session, table: string, request: OptionsOf<typeof flags>): Promise<number> {
  const { filter, onConflict, dryRun } = request;
  const input = {
    TableName: table,
    From: timeOf('--from', request.from),
    To: timeOf('--to', request.to),
    ...(filter !== undefined && { Filter: filter }),
    ...(onConflict !== undefined && { OnConflict: onConflict }),
    ...(dryRun && { DryRun: true }),
  };
  const next = dryRun ? 'follow' : 'approve';
  return startMade(session, WORKFLOW, input, {
    follow: request.follow,
    said: (run) => `Started ${run}. It asks before it writes: backup-workflows ${next} ${run}`,
  });
}

function timeOf(option: string, text: string): string {
  const parsed = parseLocalTime(text);
  if ('problem' in parsed) throw usageFailure([`${option}: ${parsed.problem}`]);
  return parsed.at.toISOString();
}
