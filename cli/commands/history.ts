import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { localClock } from '../dates';
import { EXIT, usageFailure } from '../failure';
import type { Request } from '../parse';
import { HistoryStory } from '../render/history';
import { printLine } from '../render/line';
import { findRun, isExecution, runName } from '../runs';
import type { Session } from '../session';

const PAGE_SIZE = 1000;

/** Lists the steps of a run with their times; as JSON, every event of its execution. */
export async function history(session: Session, { run }: Extract<Request, { command: 'history' }>): Promise<number> {
  const { screen, options, aws } = session;
  const runId = await findRun(session, run);
  if (!isExecution(runId))
    throw usageFailure([`${runId} is no execution and has no history; \`backup-workflows status ${runId}\` shows it.`]);
  const sfn = await aws.client('sfn');
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.getExecutionHistory({ executionArn: runId, maxResults: PAGE_SIZE, nextToken });
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  if (options.json) {
    screen.print(JSON.stringify(events));
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
