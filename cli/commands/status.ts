import type { Command } from '@commander-js/extra-typings';
import { afterHelp } from '../command-line';
import { EXIT } from '../failure';
import { describeProgress, progressOf, workOf } from '../progress';
import { outcomeAsJson, printOutcome, printPairs, printRecord } from '../run-report';
import { findRun, getRun, isExecution, openWaits, RUN_OR_ONLY } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';

/** `status`: shows how a run stands: what it waits for, or how it ended. */
export function declare(command: Command, carryOut: CarryOut): void {
  command
    .argument('[run]', RUN_OR_ONLY)
    .addHelpText(
      'after',
      afterHelp('backup-workflows status nightly-20261120 --json', { ok: 'it is shown, however the run ended' }),
    )
    .action((run) => carryOut((session) => status(session, run)));
}

async function status(session: Session, run: string | undefined): Promise<number> {
  const { screen, options, aws } = session;
  const runId = await findRun(session, run);
  const execution = isExecution(runId)
    ? await (await aws.client('sfn')).describeExecution({ executionArn: runId })
    : undefined;
  const record = await getRun(session, runId, execution?.startDate);
  const { error, cause } = execution ?? {};
  const status = (execution ? execution.status : record?.outcome) ?? 'RUNNING';
  const waits = record?.open || status === 'RUNNING' ? await openWaits(session, runId) : [];
  const jobs = await progressOf(session, waits);
  const outcome = { runId, status, ...(record && { record }), error, cause };
  if (options.json) {
    screen.print(
      session.asData({
        ...outcomeAsJson(outcome),
        workflow: record?.workflow,
        open: record?.open === 'open',
        waitsFor: jobs,
      }),
    );
    return EXIT.ok;
  }
  if (record) printRecord(record, screen);
  else printPairs({ execution: `${status}, without a run record so far`, run: runId }, screen);
  for (const job of jobs) screen.print(`waits for ${describeProgress(job)}`);
  const work = record && workOf(record);
  if (work && record.open) screen.print(describeProgress(work));
  if (status !== 'RUNNING' && !record?.open) printOutcome(outcome, screen);
  return EXIT.ok;
}
