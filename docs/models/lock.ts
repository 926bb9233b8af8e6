import type { Model, Step } from '../../scenarios/models/checker';

/*
 * Locks and records of runs: three runs, two targets. A step is one call of a function; another run may come in after it.
 *   open    PutItem the record, then PutItem the lock if there is none; where that is refused GetItem the holder's record,
 *           and if that is not open PutItem in its place
 *   write   GetItem the own record, the lock and the holder's record, then write to the target
 *   report  DeleteItem the own lock, then close the record
 * A stopped execution invokes nothing any more, but the function that works continues to its end. The undo waits for that,
 * then does what the report does; if it fails three times, it only closes the record. A redrive continues what was stopped.
 */

/** What a run has done or found out: start, opened, refused, stale, holds, open, asks, checked, written, busy, released, over. */
type Place = string;

interface Run {
  place: Place;
  target: 0 | 1;
  record: 'none' | 'open' | 'closed';
  /** Whose lock the run has read. */
  read: number | null;
  isStopped: boolean;
  hasUndoReleased: boolean;
}

export interface LockState {
  runs: Run[];
  /** By target: the run that holds it. */
  locks: (number | null)[];
  /** By target: the run that wrote last. */
  written: (number | null)[];
  wrong?: string;
}

/** Between functions: the execution has to invoke the next one. */
const BETWEEN: Place[] = ['start', 'holds', 'written', 'busy', 'over'];
const WORKING: Place[] = ['holds', 'open', 'asks', 'checked'];
const BUGS = {
  take: 'the lock is taken without a condition',
  look: 'the lock of an open run is taken',
  stale: 'a stale lock is taken without a condition',
  release: 'a lock is released without a condition',
  hasty: 'the undo does not wait',
  record: 'a write does not ask for the record',
  order: 'the lock is taken before the record is open',
  busy: 'a busy run writes',
  idle: 'the undo does nothing',
  closed: 'the lock of a closed run counts',
};

const stepsFrom = (state: LockState, bug?: string): Step<LockState>[] =>
  state.runs.flatMap((run, r) => stepsOf(state, run, r, bug));

function stepsOf(state: LockState, run: Run, r: number, bug?: string): Step<LockState>[] {
  const { place, target, record } = run;
  const holder = state.locks[target] ?? null;
  const isOpen = (other: number | null) => other !== null && state.runs[other]?.record === 'open';
  const to = (name: string, fields: Partial<Run>, more: Partial<LockState> = {}): Step<LockState> => ({
    name: `run ${r}: ${name}`,
    to: { ...state, ...more, runs: state.runs.map((other, index) => (index === r ? { ...run, ...fields } : other)) },
  });
  const lock = (by: number | null) => ({ locks: state.locks.map((other, index) => (index === target ? by : other)) });
  const take = (next: Place) =>
    holder === null || holder === r || bug === BUGS.take
      ? to('open: lock', { place: next }, lock(r))
      : to('open: lock', { place: 'refused', read: holder });
  const released = () => (holder === r || bug === BUGS.release ? lock(null) : {});
  const write = (): Step<LockState> => {
    const written = state.written.map((other, index) => (index === target ? r : other));
    const wrong = `run ${r} writes, and ${holder === r ? 'its record is not open' : 'another one may'}`;
    const isRight = holder === r && record === 'open';
    return to('write: target', { place: 'written' }, isRight ? { written } : { written, wrong });
  };
  const own = (): Step<LockState>[] => {
    switch (place) {
      case 'start':
        if (bug === BUGS.order) return [take('opened')];
        return (r === 0 ? ([0] as const) : ([0, 1] as const)).map((chosen) =>
          to(`open: record for ${chosen}`, { place: 'opened', record: 'open', target: chosen }),
        );
      case 'opened':
        return bug === BUGS.order ? [to('open: record', { place: 'holds', record: 'open' })] : [take('holds')];
      case 'refused': {
        const counts = isOpen(run.read) || (bug === BUGS.closed && state.runs[run.read ?? 0]?.record === 'closed');
        return [to('open: look', { place: counts && bug !== BUGS.look ? 'busy' : 'stale' })];
      }
      case 'stale': {
        const isFree = holder === null || holder === r || holder === run.read || bug === BUGS.stale;
        const next = bug === BUGS.order ? 'opened' : 'holds';
        return [isFree ? to('open: take over', { place: next }, lock(r)) : to('open: take over', { place: 'busy' })];
      }
      case 'holds':
        return [to('write: own record', { place: record === 'open' || bug === BUGS.record ? 'open' : 'over' })];
      case 'open':
        return [to('write: lock', { read: holder, place: holder === null ? 'over' : 'asks' })];
      case 'asks':
        return [
          to('write: holder', { place: run.read === r && (isOpen(r) || bug === BUGS.record) ? 'checked' : 'over' }),
        ];
      case 'checked':
        return [write()];
      case 'busy':
      case 'written':
        if (place === 'busy' && bug === BUGS.busy) return [write()];
        return [to('report: release', { place: 'released' }, released())];
      case 'released':
        return [to('report: close', { place: 'over', record: 'closed' })];
      default:
        return [];
    }
  };
  const isBetween = BETWEEN.includes(place);
  const steps = run.isStopped && isBetween ? [] : own();
  const canBeRedriven = run.isStopped && place === 'holds';
  if (record !== 'open') return canBeRedriven ? [...steps, to('redrive', { isStopped: false })] : steps;
  if (!run.isStopped) return [...steps, to('stop', { isStopped: true })];
  if (bug === BUGS.idle || (!isBetween && bug !== BUGS.hasty)) return steps;
  const close = to('undo: close', { record: 'closed' });
  return [
    ...steps,
    run.hasUndoReleased ? close : to('undo: release', { hasUndoReleased: true }, released()),
    to('undo: give up', close.to.runs[r] ?? {}),
  ];
}

/** One writer for each target; and a lock is never left that no other run can take. */
function broken(state: LockState, bug?: string): string | undefined {
  if (state.wrong) return state.wrong;
  for (const [r, { place, record, target, hasUndoReleased }] of state.runs.entries()) {
    const believes = record === 'open' && !hasUndoReleased && WORKING.includes(place);
    if (believes && state.locks[target] !== r) return `run ${r} works, and another one may`;
  }
  for (const holder of state.locks) {
    const run = holder === null ? undefined : state.runs[holder];
    if (!run || holder === null) continue;
    if (run.record === 'closed' && bug === BUGS.closed) return `the lock of run ${holder} is never freed`;
    if (run.record === 'open' && stepsOf(state, run, holder, bug).length === 0)
      return `run ${holder} is stopped, and its lock is never freed`;
  }
  return undefined;
}

const run: Run = { place: 'start', target: 0, record: 'none', read: null, isStopped: false, hasUndoReleased: false };

export const lockModel: Model<LockState> = {
  first: { runs: [run, run, run], locks: [null, null], written: [null, null] },
  stepsFrom,
  broken,
  bugs: Object.values(BUGS),
};
