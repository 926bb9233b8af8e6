import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { RunRecord } from '../functions/shared/runs/runs';
import { localClock } from './dates';
import { EXIT, explain, Failure, isPassing } from './failure';
import { newMilestones } from './milestones';
import { describeProgress, type Progress, progressOf, workOf } from './progress';
import { HistoryStory } from './render/history';
import { printLine } from './render/line';
import { duration } from './render/report';
import type { Tone } from './render/screen';
import { getRun, isExecution, openWaits, runName, workflowOf } from './runs';
import type { Session } from './session';

/** How a run ended. */
export interface RunOutcome {
  runId: string;
  /** Of the execution: SUCCEEDED, FAILED, TIMED_OUT, ABORTED. */
  status: string;
  /** The closed run record; absent when the run ended before it had one. */
  record?: RunRecord;
  error?: string;
  cause?: string;
}

/** What a watcher may want of each look; returns true to stop watching. */
type Interrupt = (look: { record?: RunRecord; elapsedSeconds: number; waitsForApproval: boolean }) => Promise<boolean>;

/** After a lost connection: twice as long each time, up to this. */
const LONGEST_PAUSE_SECONDS = 30;
const RECORD_EXPECTED_MS = 10 * 60_000;
/** Without a terminal a line of progress appears when a job is so much further. */
const PERCENT_A_LINE = 25;
const PAGE_SIZE = 1000;

/**
 * Shows every state of a run as it happens and the progress of its jobs, until its record is closed. A lost connection
 * or a throttle is shown once, and the watch continues: the run does not depend on it. Returns undefined if `interrupt`
 * returned true.
 */
export async function follow(session: Session, runId: string, interrupt?: Interrupt): Promise<RunOutcome | undefined> {
  const watcher = new Watcher(session, runId);
  let failures = 0;
  for (;;) {
    try {
      const outcome = await watcher.look();
      if (failures > 0) watcher.say('connected again', 'good');
      failures = 0;
      if (outcome) return outcome;
      if (interrupt) {
        watcher.clearProgress();
        if (await interrupt(watcher)) return undefined;
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      failures += 1;
      const [reason = ''] = explain(error, session.aws.access.endpoint).message.split('\n');
      if (failures === 1)
        watcher.say(`${reason.replace(/\.?$/, '.')} The run continues; trying to reach it again.`, 'notice');
    }
    await session.sleep(Math.min(LONGEST_PAUSE_SECONDS, session.pauseSeconds * 2 ** failures));
  }
}

class Watcher {
  record?: RunRecord;
  elapsedSeconds = 0;
  waitsForApproval = false;
  private readonly story: HistoryStory;
  private seen = 0;
  /** By job, how it stood when it was last shown. */
  private readonly shown = new Map<string, string>();
  private readonly milestones = new Set<string>();
  private hasLiveLine = false;
  private isUndoing = false;

  constructor(
    private readonly session: Session,
    private readonly runId: string,
  ) {
    this.story = new HistoryStory(session.options.stack ?? '');
  }

  /** Looks once, and shows what is new; returns how the run ended, if it did. */
  async look(): Promise<RunOutcome | undefined> {
    return isExecution(this.runId) ? this.lookAtExecution() : this.lookAtRecord();
  }

  private async lookAtRecord(): Promise<RunOutcome | undefined> {
    const record = await getRun(this.session, this.runId);
    if (!record) throw new Failure(`There is no record of the run ${this.runId}.`, EXIT.usage);
    this.record = record;
    this.elapsedSeconds = Math.max(0, this.session.aws.now() / 1000 - record.startedAt);
    for (const text of newMilestones(record, this.milestones)) this.say(text, 'quiet');
    if (record.open) {
      const work = workOf(record);
      this.showProgress(work ? [work] : []);
      return undefined;
    }
    this.clearProgress();
    return { runId: this.runId, status: record.outcome ?? 'FAILED', record };
  }

  private async lookAtExecution(): Promise<RunOutcome | undefined> {
    const sfn = await this.session.aws.client('sfn');
    const execution = await sfn.describeExecution({ executionArn: this.runId });
    await this.showHistory(execution.stateMachineArn ?? '');
    this.record = await getRun(this.session, this.runId, execution.startDate);
    this.elapsedSeconds = Math.max(0, (this.session.aws.now() - (execution.startDate?.getTime() ?? 0)) / 1000);
    const { status = 'RUNNING', stopDate, error, cause } = execution;
    // A run that was stopped before it had a record gets one, and is closed, a moment later.
    const isRecordExpected =
      !this.record &&
      workflowOf(this.runId) !== undefined &&
      this.session.aws.now() - Number(stopDate) < RECORD_EXPECTED_MS;
    if (status !== 'RUNNING' && !this.record?.open && !isRecordExpected) {
      this.clearProgress();
      return { runId: this.runId, status, ...(this.record && { record: this.record }), error, cause };
    }
    if (status !== 'RUNNING' && !this.isUndoing) {
      this.isUndoing = true;
      this.say(`the execution ended ${status}; what it left open is being undone`, 'notice');
    }
    const waits = await openWaits(this.session, this.runId);
    this.waitsForApproval = waits.some(({ kind }) => kind === 'approval');
    this.showProgress([...(await this.groupsOf()), ...(await progressOf(this.session, waits))]);
    return undefined;
  }

  say(text: string, tone: Tone): void {
    this.clearProgress();
    this.print(localClock(this.session.aws.now()), text, tone);
  }

  clearProgress(): void {
    if (this.hasLiveLine) process.stdout.write('\r\u001b[K');
    this.hasLiveLine = false;
  }

  /** Backwards from the newest event to the last that was shown: a long history is read once. */
  private async showHistory(stateMachineArn: string): Promise<void> {
    const sfn = await this.session.aws.client('sfn');
    const news: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.getExecutionHistory({
        executionArn: this.runId,
        reverseOrder: true,
        includeExecutionData: false,
        maxResults: PAGE_SIZE,
        nextToken,
      });
      const unseen = (page.events ?? []).filter(({ id = 0 }) => id > this.seen);
      news.push(...unseen);
      nextToken = unseen.length === page.events?.length ? page.nextToken : undefined;
    } while (nextToken);
    for (const event of news.reverse()) {
      const sentence = this.story.sentenceOf(this.runId, stateMachineArn, event);
      this.seen = event.id ?? this.seen;
      if (!sentence) continue;
      this.clearProgress();
      this.print(localClock(event.timestamp ?? 0), sentence.text, sentence.tone);
    }
  }

  /** How many of a fleet's groups are done: they are executions of their own, in a distributed map. */
  private async groupsOf(): Promise<Progress[]> {
    if (!this.record?.groupCount) return [];
    const sfn = await this.session.aws.client('sfn');
    const { mapRuns = [] } = await sfn.listMapRuns({ executionArn: this.runId });
    const latest = mapRuns.at(-1);
    if (!latest || latest.stopDate) return [];
    const { itemCounts, startDate } = await sfn.describeMapRun({ mapRunArn: latest.mapRunArn });
    const { total = 0, succeeded = 0, failed = 0 } = itemCounts ?? {};
    const elapsedSeconds = Math.max(0, (this.session.aws.now() - Number(startDate)) / 1000);
    return [{ what: 'groups', state: `${succeeded + failed} of ${total} done`, elapsedSeconds }];
  }

  private print(clock: string, text: string, tone: Tone): void {
    if (this.session.options.json) return;
    printLine({ clock, subject: workflowOf(this.runId) ?? runName(this.runId), text, tone }, this.session.screen);
  }

  private showProgress(jobs: Progress[]): void {
    if (this.session.options.json) return;
    const { screen } = this.session;
    if (screen.isTerminal) {
      const text = jobs.length > 0 ? jobs.map(describeProgress).join('; ') : `${duration(this.elapsedSeconds)} so far`;
      process.stdout.write(`\r\u001b[K${screen.paint(`          ${text}`.slice(0, screen.width - 1), 'quiet')}`);
      this.hasLiveLine = true;
      return;
    }
    for (const job of jobs) {
      const step = `${job.state} ${Math.floor((job.percent ?? 0) / PERCENT_A_LINE)}`;
      if (this.shown.get(job.what) === step) continue;
      this.shown.set(job.what, step);
      this.print(localClock(this.session.aws.now()), describeProgress(job), 'quiet');
    }
  }
}

/** The exit code that says how a run ended. */
export function exitCodeOf({ status, record }: RunOutcome): number {
  return status === 'SUCCEEDED' && record?.outcome !== 'FAILED' ? EXIT.ok : EXIT.failed;
}
