import { AsyncLocalStorage } from 'node:async_hooks';
import { Clock } from '../../clock';

const START = new Date('2026-11-20T22:00:00Z');

let clock: Clock;

beforeEach(() => {
  clock = new Clock(START);
});

afterEach(() => clock.uninstall());

const seconds = () => (clock.now - START.getTime()) / 1000;

it('is the time of the whole process while it is installed', async () => {
  let called = false;
  setTimeout(() => {
    called = true;
  }, 3600_000);

  await clock.runUntil(() => called, 3601);

  expect(Date.now()).toBe(START.getTime() + 3600_000);
  expect(new Date().toISOString()).toBe('2026-11-20T23:00:00.000Z');
});

it('gives the process its own time back', () => {
  expect(Date.now()).toBe(START.getTime());

  clock.uninstall();

  expect(Date.now()).not.toBe(START.getTime());
  clock = new Clock(START);
});

it('can be installed only once at a time', () => {
  expect(() => new Clock(START)).toThrow('Another simulated account is running in this process; close() it first.');
});

it('runs what is due in the order of its time, and in the order of asking at the same time', async () => {
  const order: string[] = [];
  clock.after(2, () => void order.push('second'));
  clock.after(1, () => void order.push('first'));
  clock.after(2, () => void order.push('third'));

  await clock.runUntil(() => order.length === 3, 10);

  expect(order).toEqual(['first', 'second', 'third']);
  expect(seconds()).toBe(2);
});

it('does nothing that was called off', async () => {
  let called = false;
  const callOff = clock.after(1, () => {
    called = true;
  });

  callOff();
  await clock.runUntil(clock.sleep(5), 10);

  expect(called).toBe(false);
});

it('lets everything that is ready run to its end before time passes', async () => {
  let seenAt = -1;
  clock.after(1, async () => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    seenAt = seconds();
  });

  await clock.runUntil(clock.sleep(5), 10);

  expect(seenAt).toBe(1);
});

it('waits for longer than a timer of the process can', async () => {
  const days = 60;

  await clock.runUntil(clock.sleep(days * 86_400), days * 86_400 + 1);

  expect(seconds()).toBe(days * 86_400);
});

it('gives what it waited for, and throws what that threw', async () => {
  const answer = clock.sleep(1).then(() => 'done');
  const failure = clock.sleep(2).then(() => {
    throw new Error('broken');
  });

  await expect(clock.runUntil(answer, 10)).resolves.toBe('done');
  await expect(clock.runUntil(failure, 10)).rejects.toThrow('broken');
});

const breaks = () => {
  throw new Error('broken');
};

it.each([
  ['at once', breaks],
  ['later', () => Promise.resolve().then(breaks)],
])('ends the run with what a timer throws %s', async (_when, action) => {
  clock.after(1, action);

  await expect(clock.runUntil(clock.sleep(5), 10)).rejects.toThrow('broken');
});

it('says so when nothing is left that could happen', async () => {
  await expect(clock.runUntil(() => false, 10)).rejects.toThrow('Nothing is left that could happen');
});

it('says so when it takes longer than it may', async () => {
  const forEver = () => void clock.after(1, forEver);
  forEver();

  await expect(clock.runUntil(() => false, 10)).rejects.toThrow('Still not done after 10 virtual seconds.');
});

it('runs a timer in the context of what asked for it', async () => {
  const context = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  context.run('invocation', () => setTimeout(() => seen.push(context.getStore()), 1000));

  await clock.runUntil(() => seen.length === 1, 10);

  expect(seen).toEqual(['invocation']);
});

it('passes at the pace that it is given, and runs everything in its order', async () => {
  const order: number[] = [];
  for (const wanted of [90, 30, 60]) clock.after(wanted, () => void order.push(wanted));

  const realStart = process.hrtime.bigint();
  await clock.runAtPace(3600, () => order.length === 3);
  const realSeconds = Number(process.hrtime.bigint() - realStart) / 1e9;

  expect(order).toEqual([30, 60, 90]);
  // A step more than was asked for, at most.
  expect(seconds()).toBeGreaterThanOrEqual(90);
  expect(seconds()).toBeLessThan((realSeconds + 0.2) * 3600);
});

it('stops when something failed while it passes at a pace', async () => {
  clock.after(1, () => {
    throw new Error('broken');
  });

  await expect(clock.runAtPace(3600, () => false)).rejects.toThrow('broken');
});
