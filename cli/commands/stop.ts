import type { Command } from '@commander-js/extra-typings';
import { afterHelp, dryRun, type OptionsOf } from '../command-line';
import { requireConsent, yes } from '../consent';
import { EXIT } from '../failure';
import { findRun, getRun, isExecution, RUN, runName, targetOf } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';
import { stopRun } from './efs-to-efs';

/** `stop`: stops a run's execution; the suite undoes what it left open. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .argument('<run>', RUN)
    .addHelpText(
      'after',
      afterHelp('backup-workflows stop nightly-20261120 --yes nightly-20261120', {
        ok: 'it is stopped, or had ended before',
        declined: 'you said no; nothing was done',
      }),
    )
    .action((run, options) => carryOut((session) => stop(session, run, options)));
}

function flags(command: Command) {
  return command.option('--reason <TEXT>', 'why, for its record').addOption(dryRun()).addOption(yes("the run's name"));
}

async function stop(session: Session, wanted: string, request: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options, aws, user } = session;
  const runId = await findRun(session, wanted);
  if (!isExecution(runId)) return stopRun(session, runId, request);
  const name = runName(runId);
  const sfn = await aws.client('sfn');
  const { status, startDate } = await sfn.describeExecution({ executionArn: runId });
  const record = await getRun(session, runId, startDate);
  const say = (text: string, isStopped: boolean) =>
    screen.print(options.json ? session.asData({ runId, isStopped }) : text);
  if (status !== 'RUNNING') {
    say(`${name} is not running: it ended ${status}.`, false);
    return EXIT.ok;
  }
  const what = record ? `${record.workflow} on ${targetOf(record)}` : 'a run without a record so far';
  if (request.dryRun) {
    say(`${name} (${what}) would be stopped, and what it left open undone.`, false);
    return EXIT.ok;
  }
  await requireConsent(session, `${name} (${what}) is going to be stopped.`, name, request.yes);
  await sfn.stopExecution({
    executionArn: runId,
    error: 'StoppedByOperator',
    cause: `${user}: ${request.reason ?? 'no reason given'}`,
  });
  say(`${name} is stopped. What it left open is being undone now: backup-workflows follow ${name}`, true);
  return EXIT.ok;
}
