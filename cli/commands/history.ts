import { writeFileSync } from 'node:fs';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Command } from '@commander-js/extra-typings';
import { afterHelp, type OptionsOf } from '../command-line';
import { localClock } from '../dates';
import { EXIT, usageFailure } from '../failure';
import { draw } from '../picture/draw';
import { page } from '../picture/page';
import { readRun } from '../picture/read-run';
import { redact } from '../picture/redact';
import { HistoryStory } from '../render/history';
import { printLine } from '../render/line';
import { findRun, isExecution, RUN, runName } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';

const PAGE_SIZE = 1000;

/** `history`: lists the steps of a run; as JSON, every event of its execution; with `--html` as a page in a file. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .argument('<run>', RUN)
    .addHelpText(
      'after',
      afterHelp('backup-workflows history nightly-20261120 --html nightly.html', {
        ok: 'it is shown, however the run ended',
      }),
    )
    .action((run, options) => carryOut((session) => history(session, run, options)));
}

function flags(command: Command) {
  return command
    .option('--html <FILE>', 'write a page with its timeline instead, which any browser opens')
    .option('--redact', 'leave account ids and ARNs out of the page', false);
}

async function history(session: Session, wanted: string, request: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options, aws } = session;
  const runId = await findRun(session, wanted);
  if (request.html) return writePage(session, runId, request.html, request.redact);
  if (!isExecution(runId))
    throw usageFailure([`${runId} is no execution and has no history; \`backup-workflows status ${runId}\` shows it.`]);
  const sfn = await aws.client('sfn');
  const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client: sfn, pageSize: PAGE_SIZE }, { executionArn: runId });
  for await (const page of pages) events.push(...(page.events ?? []));
  if (options.json) {
    screen.print(session.asData(events));
    return EXIT.ok;
  }
  const machine = runId.split(':').slice(0, -1).join(':').replace(':execution:', ':stateMachine:');
  const story = new HistoryStory('');
  for (const event of events) {
    const sentence = story.sentenceOf(runId, machine, event);
    if (sentence) printLine({ clock: localClock(event.timestamp ?? 0), subject: runName(runId), ...sentence }, screen);
  }
  return EXIT.ok;
}

async function writePage(session: Session, runId: string, file: string, isRedacted: boolean): Promise<number> {
  const picture = draw(await readRun(session, runId));
  // Links to the console name the account.
  const shown = isRedacted ? redact({ ...picture, links: [] }) : picture;
  try {
    writeFileSync(file, page(shown));
  } catch (error) {
    throw usageFailure([`--html ${file}: ${(error as Error).message}`]);
  }
  session.screen.print(
    session.options.json ? session.asData(shown) : `${file} shows ${runName(runId)}; any browser opens it.`,
  );
  return EXIT.ok;
}
