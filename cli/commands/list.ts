import { clearScreenDown, cursorTo } from 'node:readline';
import { type Command, Option } from '@commander-js/extra-typings';
import { escapeToOneLine } from '../../functions/shared/escape-controls';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import type { RunRecord } from '../../functions/shared/runs/runs';
import { afterHelp, type OptionsOf, wholeNumber } from '../command-line';
import { localClock, localTime } from '../dates';
import { EXIT, explain, isPassing } from '../failure';
import { duration, table } from '../render/report';
import type { Tone } from '../render/screen';
import { listRuns, runName, targetOf } from '../runs';
import type { Session } from '../session';
import { workflows } from '../workflows';
import type { CarryOut } from './all';

/** Errors of a preflight: nothing was changed, so it is no run that failed. */
const REFUSALS = ['InvalidInputError', 'TargetBusyError'];
/** Lines of a table and below it that are no runs. */
const ROWS_AROUND = 6;

/** `list`: lists runs from their records, the newest first. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addHelpText(
      'after',
      afterHelp('backup-workflows list --workflow efs-backup --limit 50', { ok: 'the runs are listed' }),
    )
    .action((options) => carryOut((session) => list(session, options)));
}

function flags(command: Command) {
  return command
    .addOption(new Option('--workflow <NAME>', 'only runs of this workflow').choices(Object.keys(workflows)))
    .option('--open', 'only runs that are not closed yet', false)
    .option('--limit <N>', 'at most so many', wholeNumber, 20)
    .option('--watch', 'show it again and again, until Ctrl-C; in a pipe: a line for each change', false);
}

type Request = OptionsOf<typeof flags>;

async function list(session: Session, request: Request): Promise<number> {
  if (request.watch) return watch(session, request);
  const { screen, options } = session;
  const runs = await listRuns(session, request);
  if (options.json) screen.print(session.asData(runs.map(rowOf)));
  else printRuns(session, runs, request);
  return EXIT.ok;
}

/** A run as data. */
function rowOf(run: RunRecord): object {
  return {
    runId: executionArnOf(run.runId),
    workflow: run.workflow,
    target: targetOf(run),
    startedAt: new Date(run.startedAt * 1000).toISOString(),
    ...(run.finishedAt && { finishedAt: new Date(run.finishedAt * 1000).toISOString() }),
    outcome: run.outcome,
    error: run.error,
    open: run.open === 'open',
    ...(run.DryRun && { dryRun: true }),
  };
}

function printRuns({ screen, aws }: Session, runs: RunRecord[], request: Request): void {
  if (runs.length === 0) {
    screen.print(request.open ? 'No run is in progress.' : 'There has been no run yet.');
    return;
  }
  screen.print(
    table(
      HEADINGS,
      runs.map((run) => cellsOf(run, aws.now())),
      screen,
    ),
  );
}

const HEADINGS = ['started', 'workflow', 'outcome', 'took', 'run', 'target'];

function cellsOf(run: RunRecord, now: number): { text: string; tone: Tone }[] {
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  const seconds = (run.finishedAt ?? now / 1000) - run.startedAt;
  return [
    cell(localTime(run.startedAt * 1000), 'quiet'),
    cell(run.workflow),
    outcomeCell(run),
    cell(duration(seconds)),
    cell(runName(run.runId)),
    cell(targetOf(run)),
  ];
}

/** Lists the runs until Ctrl-C: over and over on a terminal; in a pipe each run when it is new or ends. */
async function watch(session: Session, request: Request): Promise<number> {
  const { screen, options, aws } = session;
  const shown = new Map<string, string>();
  const isDrawn = process.stdout.isTTY && !options.json;
  if (!isDrawn && !options.json) screen.print(HEADINGS.join('\t'));
  for (;;) {
    try {
      // As many as the terminal has rows for, beside the frame and the line below.
      const limit = isDrawn ? Math.max(1, Math.min(request.limit, process.stdout.rows - ROWS_AROUND)) : request.limit;
      const runs = await listRuns(session, { ...request, limit });
      if (isDrawn) {
        cursorTo(process.stdout, 0, 0);
        clearScreenDown(process.stdout);
        printRuns(session, runs, request);
        screen.print(screen.paint(`${localClock(aws.now())}; Ctrl-C ends`, 'quiet'));
      } else
        for (const run of [...runs].reverse()) {
          const state = run.outcome ?? 'open';
          if (shown.get(run.runId) === state) continue;
          shown.set(run.runId, state);
          screen.print(options.json ? session.asData(rowOf(run)) : lineOf(run, aws.now()));
        }
    } catch (error) {
      if (!isPassing(error)) throw error;
      const [reason = ''] = explain(error, aws.access.endpoint).message.split('\n');
      process.stderr.write(`${screen.paint(`${reason} Trying again.`, 'notice')}\n`);
    }
    await session.sleep(session.pauseSeconds);
  }
}

function lineOf(run: RunRecord, now: number): string {
  return cellsOf(run, now)
    .map(({ text }) => escapeToOneLine(text).replaceAll('\t', '\\u0009'))
    .join('\t');
}

function outcomeCell({ outcome, open, error, DryRun }: RunRecord): {
  text: string;
  tone: Tone;
} {
  if (DryRun && !error) return { text: open ? 'dry run, in progress' : 'dry run', tone: 'quiet' };
  if (open) return { text: outcome ?? 'in progress', tone: 'notice' };
  if (outcome === 'SUCCEEDED') return { text: outcome, tone: 'good' };
  if (REFUSALS.includes(String(error))) return { text: `refused: ${error}`, tone: 'notice' };
  return { text: String(error ?? outcome), tone: 'bad' };
}
