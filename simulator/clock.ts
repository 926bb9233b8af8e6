import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock as FakeClock, install, type TimerId } from '@sinonjs/fake-timers';
import { SimulatorError } from './errors';

const realImmediate = setImmediate;
const realTimeout = setTimeout;
/** As in Node.js, a longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** How long real time passes between two steps of `runAtPace`, and how much of it a step makes up for at most. */
const STEP_MS = 5;
const LONGEST_STEP_MS = 100;
/**
 * A test runner finds the clock here that a test has left installed, without loading the simulator. One object for good:
 * Jest keeps every value that a global was ever set to, and whole accounts hang on a clock.
 */
const OPEN = Symbol.for('simulated-account.clock');
const ofProcess = globalThis as { [OPEN]?: { clock?: Clock | undefined } };
ofProcess[OPEN] ??= {};
const open = ofProcess[OPEN];

/**
 * Virtual time. While it is installed, `Date`, `setTimeout` and `performance` of the whole process follow it, so that
 * the real SDK's retries and a handler's own waits pass in microseconds. Only one clock can be installed at a time.
 */
export class Clock {
  private readonly fake: FakeClock;
  private failure: unknown;
  /** Called when the process gets its real time back. */
  whenUninstalled?: () => void;

  constructor(startAt: Date) {
    if (open.clock) throw new SimulatorError('Another simulated account is running in this process; close() it first.');
    this.fake = install({
      now: startAt,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      loopLimit: Number.MAX_SAFE_INTEGER,
    });
    open.clock = this;
    // A fake timer's callback would otherwise run in the context of what advances the clock.
    const fakeSetTimeout = globalThis.setTimeout;
    globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      fakeSetTimeout(AsyncLocalStorage.bind(callback), ms, ...args)) as typeof setTimeout;
  }

  /** Gives the process its real time back. */
  uninstall(): void {
    this.fake.uninstall();
    // Jest keeps the fake globals, too, and with them the timers that never fire.
    this.fake.reset();
    if (open.clock !== this) return;
    this.whenUninstalled?.();
    open.clock = undefined;
  }

  /** Milliseconds since 1970, in virtual time. */
  get now(): number {
    return this.fake.now;
  }

  /** Seconds since 1970, with milliseconds as the fraction: the form of AWS's JSON timestamps. */
  get epochSeconds(): number {
    return this.now / 1000;
  }

  get date(): Date {
    return new Date(this.now);
  }

  /** Runs `action` after so many virtual seconds; returns a function that calls it off. What it throws ends the run. */
  after(seconds: number, action: () => void | Promise<void>): () => void {
    let timer: TimerId;
    const at = this.now + seconds * 1000;
    const arm = () => {
      timer = this.fake.setTimeout(() => (this.now < at ? arm() : run()), Math.min(at - this.now, LONGEST_TIMER_MS));
    };
    const run = () => {
      try {
        Promise.resolve(action()).catch((error) => this.fail(error));
      } catch (error) {
        this.fail(error);
      }
    };
    arm();
    return () => this.fake.clearTimeout(timer);
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** Ends the run: `runUntil` rejects with the first such error. */
  fail(error: unknown): void {
    this.failure ??= error;
  }

  /**
   * Lets time pass until `done` holds or settles, or throws after `limitSeconds` of virtual time.
   * Between two timers everything that is ready runs to its end, so the order of events depends on nothing but the seed.
   */
  async runUntil<T>(done: Promise<T> | (() => boolean), limitSeconds: number): Promise<T> {
    const end = this.now + limitSeconds * 1000;
    let outcome: { value: T } | { error: unknown } | undefined;
    if (typeof done !== 'function') {
      done.then(
        (value) => {
          outcome = { value };
        },
        (error) => {
          outcome = { error };
        },
      );
    }
    for (;;) {
      await this.settle();
      if (typeof done === 'function' && done()) outcome = { value: undefined as T };
      if (outcome && 'error' in outcome) throw outcome.error;
      if (outcome) return outcome.value;
      if (this.fake.countTimers() === 0)
        throw new SimulatorError('Nothing is left that could happen: the run waits without end.');
      this.fake.next();
      if (this.now > end) throw new SimulatorError(`Still not done after ${limitSeconds} virtual seconds.`);
    }
  }

  /**
   * Lets `rate` virtual seconds pass in every real second until `isOver`, for accounts that are served to others. What
   * a machine cannot keep up with passes more slowly; nothing is skipped.
   */
  async runAtPace(rate: number, isOver: () => boolean): Promise<void> {
    let steppedAt = realMilliseconds();
    while (!isOver()) {
      await new Promise((resolve) => realTimeout(resolve, STEP_MS));
      const passed = Math.min(realMilliseconds() - steppedAt, LONGEST_STEP_MS);
      steppedAt = realMilliseconds();
      let isReached = false;
      this.fake.setTimeout(() => {
        isReached = true;
      }, passed * rate);
      while (!isReached) {
        await this.settle();
        this.fake.next();
      }
      await this.settle();
    }
  }

  /** Lets everything that is ready run to its end; throws what made the run fail. */
  private async settle(): Promise<void> {
    // Two turns: the first lets promises settle, the second whatever these put into the immediate queue.
    await new Promise((resolve) => realImmediate(resolve));
    await new Promise((resolve) => realImmediate(resolve));
    if (this.failure) throw this.failure;
  }
}

/** Real time, also while virtual time is installed. */
function realMilliseconds(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
