import { parseLocalTime } from '../dates';
import { EXIT, usageFailure } from '../failure';
import type { Request } from '../parse';
import { runName } from '../runs';
import type { Session } from '../session';
import { workflows } from '../workflows';
import { followToEnd, startRun } from './start';

const WORKFLOW = 'dynamodb-item-restore';

/** Starts a run that undoes the writes of a window; the run itself asks for approval. Times are local, or have an offset. */
export async function undoWrites(
  session: Session,
  request: Extract<Request, { command: 'dynamodb undo-writes' }>,
): Promise<number> {
  const { table, filter, onConflict, dryRun } = request;
  const input = {
    TableName: table,
    From: timeOf('--from', request.from),
    To: timeOf('--to', request.to),
    ...(filter !== undefined && { Filter: filter }),
    ...(onConflict !== undefined && { OnConflict: onConflict }),
    ...(dryRun && { DryRun: true }),
  };
  const problems = workflows[WORKFLOW]?.problemsOf(input) ?? [];
  if (problems.length > 0)
    throw usageFailure(['The input is wrong, nothing was started:', ...problems.map((problem) => `- ${problem}`)]);
  const runId = await startRun(session, WORKFLOW, input);
  if (request.follow) return followToEnd(session, runId);
  const { screen, options } = session;
  const next = dryRun ? `follow ${runName(runId)}` : `approve ${runName(runId)}`;
  if (options.json) screen.print(JSON.stringify({ runId, input }));
  else screen.print(`Started ${runName(runId)}. It asks before it writes: backup-workflows ${next}`);
  return EXIT.ok;
}

function timeOf(option: string, text: string): string {
  const parsed = parseLocalTime(text);
  if ('problem' in parsed) throw usageFailure([`${option}: ${parsed.problem}`]);
  return parsed.at.toISOString();
}
