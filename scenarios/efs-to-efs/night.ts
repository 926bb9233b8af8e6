import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, Simulation } from '../simulation';
import type { World } from '../world';

export const SOURCE = 'fs-0123456789abcdef0';
export const START = { mode: 'backup', action: 'start' };
/** In a world with copies: where they are, and a file system to which they can be restored. */
export const COPIES_ON = 'fs-0bbbbbbbbbbbbbbb1';
export const OTHER = 'fs-0aaaaaaaaaaaaaaa1';
/** When they were made, the newest first. */
export const COPY_TIMES = ['2026-11-20T02:30:00.000Z', '2026-11-19T02:30:00.000Z', '2026-11-18T02:30:00.000Z'];
/** Longer than any run: its window, the hour in which what cannot be undone is tried again, and some. */
const DEADLINE_SECONDS = 8 * 3600;

/** A world in which a backup takes ten minutes, with what the test changes in it. */
export function world(changes: Partial<World> = {}, parameters: Record<string, string> = {}): World {
  const standard = defaultWorld('efs-to-efs');
  return {
    ...standard,
    works: [{ Seconds: 600, Files: 5000, Bytes: 2_000_000_000, Times: 'always' }],
    ...changes,
    parameters: { ...standard.parameters, EfsToEfsWindowMinutes: '60', NotifyOnSuccess: 'No', ...parameters },
  };
}

/** A world in which copies lie on a file system that was there before the stack. */
export function worldWithCopies(changes: Partial<World> = {}): World {
  const { fileSystems = [], ...standard } = world();
  const MountTargets = fileSystems[0]?.MountTargets;
  const Copies = COPY_TIMES.map((CopiedAt) => ({
    FolderLabel: 'efs-backup',
    Interval: 'daily',
    CopiedAt,
    Files: 5000,
    Bytes: 2_000_000_000,
  }));
  return {
    ...standard,
    fileSystems: [
      ...fileSystems,
      { FileSystemId: COPIES_ON, Copies, MountTargets },
      { FileSystemId: OTHER, MountTargets },
    ],
    ...changes,
    parameters: { ...standard.parameters, ...changes.parameters, EfsToEfsDestinationFileSystemId: COPIES_ON },
  };
}

/** The record of a run, as far as tests look at it. */
export interface RunRecord {
  runId: string;
  outcome?: string;
  error?: string;
  cause?: string;
  open?: string;
  report?: Record<string, unknown>;
  [detail: string]: unknown;
}

/** The project's stack with its EFS-to-EFS section, and what a test does with it. */
export class Night {
  private constructor(readonly simulation: Simulation) {}

  static async open(changes?: World, faults: Fault[] = [], seed = 1, doubts: PinnedDoubts = {}): Promise<Night> {
    return new Night(await Simulation.open({ world: changes ?? world(), faults, seed, doubts }));
  }

  get region() {
    return this.simulation.region;
  }

  get group() {
    const [group] = [...this.region.autoScaling.groups.values()];
    if (!group) throw new Error('There is no group.');
    return group;
  }

  /** Invokes the orchestrator as an operator would; what it answers, or the name and message of what it throws. */
  async invoke(event: object): Promise<Record<string, unknown>> {
    const arn = String(this.simulation.stack.resource('EfsToEfsFunction').attributes.Arn);
    const answer = this.region.lambda.run(arn, event);
    const result = await this.simulation.account.clock.runUntil(answer, 600);
    if ('functionError' in result)
      return { error: result.functionError.errorType, message: result.functionError.errorMessage };
    return result.payload as Record<string, unknown>;
  }

  /** From now on things go wrong. */
  spoil(faults: Fault[]): void {
    this.simulation.account.faults.list.push(...faults);
  }

  /** Waits until an open run has sent its work. */
  async untilWorkIsSent(): Promise<void> {
    const isSent = () => this.runs.some(({ open, commandId }) => Boolean(open && commandId));
    await this.simulation.account.clock.runUntil(isSent, 1200);
  }

  /** Invokes it without waiting for the answer. */
  send(event: object): void {
    const arn = String(this.simulation.stack.resource('EfsToEfsFunction').attributes.Arn);
    this.region.lambda.run(arn, event).catch((error) => this.simulation.account.clock.fail(error));
  }

  async wait(seconds: number): Promise<void> {
    const { clock } = this.simulation.account;
    await clock.runUntil(clock.sleep(seconds), seconds + 1);
  }

  /** Waits until no run is open and the group is empty, and five minutes more, for what comes late. */
  async settle(limitSeconds = DEADLINE_SECONDS): Promise<void> {
    const { clock } = this.simulation.account;
    await this.wait(120);
    const until = clock.now + limitSeconds * 1000;
    while (clock.now < until && !(this.simulation.isQuiet() && this.isGroupEmpty)) await this.wait(30);
    await this.wait(300);
  }

  /** A whole run, from its start to the moment at which nothing happens any more. */
  async run(event: object = START): Promise<RunRecord> {
    await this.invoke(event);
    await this.settle();
    return this.lastRun();
  }

  get isGroupEmpty(): boolean {
    return this.group.desired === 0 && (this.group.seen.Instances ?? []).length === 0;
  }

  get runs(): RunRecord[] {
    return this.simulation.items('RunsTable').filter(({ item }) => item === 'run') as RunRecord[];
  }

  lastRun(): RunRecord {
    const run = this.runs.sort((a, b) => Number(a.startedAt) - Number(b.startedAt)).at(-1);
    if (!run) throw new Error('There is no run.');
    return run;
  }

  get notifications() {
    return this.region.sns.published;
  }

  /** Whether an alarm rang: on the queue of what the orchestrator failed at for good, or on its errors. */
  get isAlarmed(): boolean {
    const { stack } = this.simulation;
    const queue = String(stack.resource('FailedEventsQueue').attributes.Arn);
    return (this.region.sqs.messages(queue) ?? []).length > 0 || this.isErrorAlarmed;
  }

  /** EfsToEfsErrorAlarm, by the settings that the template gives it. */
  private get isErrorAlarmed(): boolean {
    const { Period, EvaluationPeriods, Threshold } = this.simulation.stack.resource('EfsToEfsErrorAlarm').properties;
    const errors = new Map<number, number>();
    for (const { logicalId, failed, time } of this.region.lambda.invocations) {
      const period = Math.floor(Date.parse(time) / 1000 / Number(Period));
      if (failed && logicalId === 'EfsToEfsFunction') errors.set(period, (errors.get(period) ?? 0) + 1);
    }
    const isBreaching = (period: number) => (errors.get(period) ?? 0) >= Number(Threshold);
    const inARow = Array.from({ length: Number(EvaluationPeriods) }, (_, index) => index);
    return [...errors.keys()].some((period) => inARow.every((index) => isBreaching(period + index)));
  }

  get stopRules(): string[] {
    return (this.region.events.ListRules({ NamePrefix: 'stop-' }).Rules ?? []).map(({ Name }) => Name ?? '');
  }

  /** What was asked of workers, stops included. */
  get requests() {
    return this.simulation.workers.requests;
  }

  get copies() {
    const fileSystems = this.region.efs.snapshot().fileSystems.filter(({ FileSystemId }) => FileSystemId !== SOURCE);
    return fileSystems.flatMap(({ FileSystemId }) => this.simulation.workers.copiesOn(FileSystemId));
  }

  close(): void {
    this.simulation.close();
  }
}

/** What must hold when nothing happens any more, whatever went wrong on the way; returns what does not. */
export function brokenPromises(night: Night): string[] {
  const { runs, stopRules, notifications } = night;
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  hold(
    runs.every(({ open }) => !open),
    'a run is open',
  );
  hold(night.isGroupEmpty, 'the group is not at 0');
  hold(night.group.lifecycleTimeouts.length === 0, 'a lifecycle action hung until its time was over');
  const isNamed = (rule: string) => notifications.some(({ message }) => message.includes(rule));
  hold(stopRules.every(isNamed), `a rule is left, and no message says so: ${stopRules.join(', ')}`);
  const locks = night.simulation.items('LocksTable');
  hold(
    locks.every((lock) => runs.some(({ runId, open }) => runId === lock.runId && !open)),
    'a lock is left that holds others up',
  );
  for (const { runId, outcome, error } of runs) {
    const told = notifications.filter(({ message }) => message.includes(`\nRun: ${runId}\n`));
    const texts = new Set(told.map(({ message }) => message));
    hold(texts.size <= 1, `${runId} ended ${error}, and has ${texts.size} notifications`);
    hold(outcome === 'SUCCEEDED' || texts.size > 0, `${runId} ended ${error}, and no message says so`);
    hold(
      told.every(({ subject }) => subject?.startsWith(String(outcome))),
      `the notification of ${runId} says something else`,
    );
  }
  const isThere = (id: unknown) => runs.some(({ runId }) => runId === id);
  for (const run of runs) {
    hold(!run.continuedBy || isThere(run.continuedBy), `${run.runId} is gone on with by a run that is not there`);
    if (run.outcome === 'SUCCEEDED') hold(isDone(night, run), `${run.runId} succeeded without what it was to do`);
    const instances = new Set(requestsOf(night, run).map(({ instanceId }) => instanceId));
    hold(instances.size <= 1, `${run.runId} was worked on by ${instances.size} instances`);
  }
  return broken;
}

const requestsOf = ({ requests }: Night, { runId }: RunRecord) =>
  requests.filter(({ request }) => request.runId === runId);

/** Whether what a run says to have done is there. */
function isDone(night: Night, { runId, report, settings }: RunRecord): boolean {
  const { action, target } = settings as { action: string; target?: { fileSystemId: string } };
  if (action === 'backup') return night.copies.some(({ CopiedAt }) => CopiedAt === report?.copiedAt);
  if (
    action === 'compare' &&
    [report?.reason, report?.endingCause].some((why) => why === 'RestoredDiffers' || why === 'GaveWay')
  )
    return true;
  if (action !== 'restore') return report?.outcome === 'COMPLETED';
  const fileSystems = night.region.efs.snapshot().fileSystems;
  const { Directories = [] } = fileSystems.find(({ FileSystemId }) => FileSystemId === target?.fileSystemId) ?? {};
  return Directories.filter((name) => name.endsWith(runId)).length === 1;
}
