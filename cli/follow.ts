import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Group } from '../functions/pre-post-backup/groups';
import type { RunRecord } from '../functions/shared/runs/runs';
import { localClock } from './dates';
import { EXIT, explain, Failure, isPassing } from './failure';
import { type DrawnLine, drawBlock } from './live/draw';
import { LiveBlock } from './live/live-block';
import { DONE, type Row, rowOfJob, rowsOfFleet, totalsOf, worstFirst } from './live/rows';
import { newMilestones } from './milestones';
import { backupJobs, describeProgress, type Progress, progressOf, workOf } from './progress';
import { HistoryStory } from './render/history';
import { printLine } from './render/line';
import { duration } from './render/report';
import type { Tone } from './render/screen';
import { getGroups, getRun, isExecution, openWaits, runName, workflowOf } from './runs';
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
/** Without a terminal each instance of a fleet of this size has its lines; of a larger one only what is wrong. */
const SMALL_FLEET = 5;
/** Backup jobs of a fleet that each look asks AWS Backup about. */
const JOBS_LOOKED_AT = 20;
/** The groups of a fleet of more are read in every tenth look. */
const READ_EACH_TIME = 100;
const READ_EVERY = 10;

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
  private readonly block?: LiveBlock;
  /** What the block shows, for a terminal of any size. */
  private draw?: (columns: number, height: number) => DrawnLine[];
  private pending: { at: number; text: string; tone: Tone }[] = [];
  private groups: Group[] = [];
  private looks = 0;
  private isUndoing = false;

  constructor(
    private readonly session: Session,
    private readonly runId: string,
  ) {
    this.story = new HistoryStory(session.options.stack ?? '');
    if (session.screen.isTerminal && process.stdout.isTTY && !session.options.json)
      this.block = new LiveBlock(session.screen);
  }

  /** Looks once, and shows what is new; returns how the run ended, if it did. */
  async look(): Promise<RunOutcome | undefined> {
    try {
      return await (isExecution(this.runId) ? this.lookAtExecution() : this.lookAtRecord());
    } finally {
      this.flush();
      this.drawBlock();
    }
  }

  private async lookAtRecord(): Promise<RunOutcome | undefined> {
    const record = await getRun(this.session, this.runId);
    if (!record) throw new Failure(`There is no record of the run ${this.runId}.`, EXIT.usage);
    this.record = record;
    this.elapsedSeconds = Math.max(0, this.session.aws.now() / 1000 - record.startedAt);
    for (const text of newMilestones(record, this.milestones)) this.print(this.session.aws.now(), text, 'quiet');
    if (record.open) {
      const work = workOf(record);
      this.showJobs(work ? [work] : []);
      return undefined;
    }
    this.draw = undefined;
    return { runId: this.runId, status: record.outcome ?? 'FAILED', record };
  }

  private async lookAtExecution(): Promise<RunOutcome | undefined> {
    const sfn = await this.session.aws.client('sfn');
    const execution = await sfn.describeExecution({ executionArn: this.runId });
    this.record = await getRun(this.session, this.runId, execution.startDate);
    this.elapsedSeconds = Math.max(0, (this.session.aws.now() - (execution.startDate?.getTime() ?? 0)) / 1000);
    const { status = 'RUNNING', stopDate, error, cause } = execution;
    // A run that was stopped before it had a record gets one, and is closed, a moment later.
    const isRecordExpected =
      !this.record &&
      workflowOf(this.runId) !== undefined &&
      this.session.aws.now() - Number(stopDate) < RECORD_EXPECTED_MS;
    if (status !== 'RUNNING' && !this.record?.open && !isRecordExpected) {
      await this.readHistory(execution.stateMachineArn ?? '');
      this.draw = undefined;
      return { runId: this.runId, status, ...(this.record && { record: this.record }), error, cause };
    }
    if (status !== 'RUNNING' && !this.isUndoing) {
      this.isUndoing = true;
      this.print(this.session.aws.now(), `the execution ended ${status}; what it left open is being undone`, 'notice');
    }
    const waits = await openWaits(this.session, this.runId);
    this.waitsForApproval = waits.some(({ kind }) => kind === 'approval');
    if (this.record?.groupCount) this.showFleet(await this.rowsOf(this.record));
    else this.showJobs(await progressOf(this.session, waits));
    // After the rest: what happened before these looks is then certainly in the history.
    await this.readHistory(execution.stateMachineArn ?? '');
    return undefined;
  }

  say(text: string, tone: Tone): void {
    this.print(this.session.aws.now(), text, tone);
    this.flush();
  }

  clearProgress(): void {
    this.block?.clear();
  }

  /** Backwards from the newest event to the last that was shown: a long history is read once. */
  private async readHistory(stateMachineArn: string): Promise<void> {
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
      this.print(Number(event.timestamp ?? 0), sentence.text, sentence.tone);
    }
  }

  /** A row for each instance of a fleet. */
  private async rowsOf(record: RunRecord): Promise<Row[]> {
    if (Number(record.groupCount) <= READ_EACH_TIME || this.looks % READ_EVERY === 0)
      this.groups = await getGroups(this.session, record.runId);
    this.looks += 1;
    const open = this.groups.filter(({ report, start }) => !report && !start);
    const jobs = open.flatMap((group) => Object.values(group.jobs ?? {})).slice(0, JOBS_LOOKED_AT);
    const found = await backupJobs(
      this.session,
      jobs.map((id) => ({ id })),
    );
    return worstFirst(rowsOfFleet(this.groups, found, Math.floor(this.session.aws.now() / 1000)));
  }

  /** Keeps a line until the look is over: then all of them are printed in the order in which they happened. */
  private print(at: number, text: string, tone: Tone): void {
    if (!this.session.options.json) this.pending.push({ at, text, tone });
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    this.clearProgress();
    const subject = workflowOf(this.runId) ?? runName(this.runId);
    for (const { at, text, tone } of this.pending.sort((a, b) => a.at - b.at))
      printLine({ clock: localClock(at), subject, text, tone }, this.session.screen);
    this.pending = [];
  }

  private drawBlock(): void {
    if (this.draw) this.block?.show(this.draw);
    else this.clearProgress();
  }

  private showFleet(rows: Row[]): void {
    const totals = `${totalsOf(rows, 'instance')}; ${duration(this.elapsedSeconds)} so far`;
    if (this.block) {
      this.draw = (columns, height) => drawBlock(rows, totals, columns, height);
      return;
    }
    const isSmall = rows.length <= SMALL_FLEET;
    for (const row of rows.filter(({ tone }) => isSmall || tone === 'bad' || tone === 'notice'))
      this.tell(row.id, `${row.step} ${quarterOf(row.percent)} ${row.tone}`, describeRow(row), row.tone);
    const done = rows.filter(({ step }) => step === DONE).length;
    if (!isSmall) this.tell('all', String(quarterOf((done / rows.length) * 100)), totals, 'quiet');
  }

  private showJobs(jobs: Progress[]): void {
    if (this.block) {
      const totals = `${duration(this.elapsedSeconds)} so far`;
      this.draw = (columns, height) => drawBlock(worstFirst(jobs.map(rowOfJob)), totals, columns, height);
      return;
    }
    for (const job of jobs)
      this.tell(job.what, `${job.state} ${quarterOf(job.percent)} ${job.why ?? ''}`, describeProgress(job), 'quiet');
  }

  /** A line about something whose state is another one than when it was last told. */
  private tell(what: string, state: string, text: string, tone: Tone): void {
    if (this.shown.get(what) === state) return;
    this.shown.set(what, state);
    this.print(this.session.aws.now(), text, tone);
  }
}

function quarterOf(percent = 0): number {
  return Math.floor(percent / PERCENT_A_LINE);
}

function describeRow({ id, name, step, percent, expectedAt, note }: Row): string {
  return [
    `${[id, name].filter(Boolean).join(' ')} ${step}${percent === undefined || percent === 100 ? '' : ` ${percent.toFixed(1)} %`}`,
    expectedAt && `expected until ${localClock(expectedAt)}`,
    note,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The exit code that says how a run ended. */
export function exitCodeOf({ status, record }: RunOutcome): number {
  return status === 'SUCCEEDED' && record?.outcome !== 'FAILED' ? EXIT.ok : EXIT.failed;
}
