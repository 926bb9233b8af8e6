import { type Command, Option } from '@commander-js/extra-typings';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import { afterHelp, type OptionsOf, wholeNumber } from '../command-line';
import { localTime } from '../dates';
import { EXIT } from '../failure';
import { duration, table } from '../render/report';
import type { Tone } from '../render/screen';
import { listRuns, runName, targetOf } from '../runs';
import type { Session } from '../session';
import { workflows } from '../workflows';
import type { CarryOut } from './all';

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
    .option('--limit <N>', 'at most so many', wholeNumber, 20);
}

async function list(session: Session, request: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options, aws } = session;
  const runs = await listRuns(session, request);
  if (options.json) {
    const rows = runs.map((run) => ({
      runId: executionArnOf(run.runId),
      workflow: run.workflow,
      target: targetOf(run),
      startedAt: new Date(run.startedAt * 1000).toISOString(),
      ...(run.finishedAt && { finishedAt: new Date(run.finishedAt * 1000).toISOString() }),
      outcome: run.outcome,
      error: run.error,
      open: run.open === 'open',
    }));
    screen.print(session.asData(rows));
    return EXIT.ok;
  }
  if (runs.length === 0) {
    screen.print(request.open ? 'No run is going on.' : 'There has been no run yet.');
    return EXIT.ok;
  }
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  const rows = runs.map((run) => {
    const seconds = (run.finishedAt ?? aws.now() / 1000) - run.startedAt;
    return [
      cell(localTime(run.startedAt * 1000), 'quiet'),
      cell(run.workflow),
      outcomeCell(run),
      cell(duration(seconds)),
      cell(runName(run.runId)),
      cell(targetOf(run)),
    ];
  });
  screen.print(table(['started', 'workflow', 'outcome', 'took', 'run', 'target'], rows, screen));
  return EXIT.ok;
}

function outcomeCell({ outcome, open, error }: { outcome?: string; open?: string; error?: unknown }): {
  text: string;
  tone: Tone;
} {
  if (open) return { text: outcome ?? 'going on', tone: 'notice' };
  return outcome === 'SUCCEEDED' ? { text: outcome, tone: 'good' } : { text: String(error ?? outcome), tone: 'bad' };
}
