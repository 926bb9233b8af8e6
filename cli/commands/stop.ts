import { requireConsent } from '../consent';
import { EXIT } from '../failure';
import type { Request } from '../parse';
import { findRun, getRun, isExecution, runName, targetOf } from '../runs';
import type { Session } from '../session';
import { stopRun } from './efs-to-efs';

/** Stops a run's execution; the suite undoes what it left open. */
export async function stop(session: Session, request: Extract<Request, { command: 'stop' }>): Promise<number> {
  const { screen, options, aws, user } = session;
  const runId = await findRun(session, request.run);
  if (!isExecution(runId)) return stopRun(session, runId, request);
  const name = runName(runId);
  const sfn = await aws.client('sfn');
  const { status, startDate } = await sfn.describeExecution({ executionArn: runId });
  const record = await getRun(session, runId, startDate);
  const say = (text: string, isStopped: boolean) =>
    screen.print(options.json ? JSON.stringify({ runId, isStopped }) : text);
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
