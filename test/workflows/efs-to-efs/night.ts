import type { Fault } from '../../../simulator/faults';
import { defaultWorld, Simulation } from '../../../simulator/simulation';
import type { World } from '../../../simulator/world';

export const SOURCE = 'fs-0123456789abcdef0';
export const START = { mode: 'backup', action: 'start' };
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

  static async open(changes?: World, faults: Fault[] = [], seed = 1): Promise<Night> {
    return new Night(await Simulation.open({ world: changes ?? world(), faults, seed }));
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

  get stopRules(): string[] {
    return (this.region.events.ListRules({ NamePrefix: 'stop-' }).Rules ?? []).map(({ Name }) => Name ?? '');
  }

  /** What was asked of workers, stops included. */
  get requests() {
    return this.region.ssm.workers.requests;
  }

  get copies() {
    const fileSystems = this.region.efs.snapshot().fileSystems;
    return fileSystems.flatMap(({ FileSystemId, Copies }) => (FileSystemId === SOURCE ? [] : (Copies ?? [])));
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
  const isNamed = (rule: string) => notifications.some(({ message }) => message.includes(rule));
  hold(stopRules.every(isNamed), `a rule is left, and nobody was told: ${stopRules.join(', ')}`);
  hold(night.simulation.items('LocksTable').length === 0, 'a lock is left');
  for (const { runId, outcome, error } of runs) {
    const told = notifications.filter(({ message }) => message.startsWith(`Run: ${runId}\n`));
    const texts = new Set(told.map(({ message }) => message));
    hold(outcome === 'SUCCEEDED' || texts.size === 1, `${runId} ended ${error}, and was told ${texts.size} times`);
    hold(
      told.every(({ subject }) => subject?.startsWith(String(outcome))),
      `${runId} was told as something else`,
    );
  }
  const isCopied = night.copies.length > 0;
  hold(
    runs.every(
      ({ outcome, settings }) =>
        outcome !== 'SUCCEEDED' || (settings as { action: string }).action !== 'backup' || isCopied,
    ),
    'a backup succeeded without a copy',
  );
  return broken;
}
