import type { Model, Step } from '../../scenarios/models/checker';

/*
 * One swap of a table with its approval, and its undo. A step is what a function does, AWS ends, or a person does, who
 * can stop the run between any two.
 *   ask      a function begins a job of AWS and waits: the restore of the duplicate, the two backups, the restore
 *   there    AWS ends the job, whether the run is stopped or not; a restore under the name may fail
 *   delete   one function: the intent into the record, a look whether its state still waits, DeleteTable
 *   restore  three times at most: from the backup of the duplicate, once more, from the fallback
 * A function that works continues to its end when the run is stopped. The undo waits for that, and goes by the record.
 */

type Data = 'old' | 'good' | 'none';
/** duplicate, fallback, backup, restore good, restore old. */
type Job = string;
type Place = string;

export interface SwapState {
  /** What comes next, and by whom; and what a function of the run still does beside the undo. */
  next: Place;
  by: 'run' | 'undo';
  left: Place | null;
  /** What is under the name, and which copies are complete. */
  name: Data;
  duplicate: boolean;
  fallback: boolean;
  backup: boolean;
  job: Job | null;
  /** How many of the coming restores under the name fail. */
  fails: number;
  attempts: number;
  answer: 'none' | 'yes' | 'no';
  isStopped: boolean;
  // Of the record:
  intends: 'nothing' | 'duplicate' | 'deletion';
  isDeleted: boolean;
  verified: Data;
  outcome: 'SUCCEEDED' | 'FAILED' | null;
}

const BUGS = {
  unasked: 'the table is deleted without an answer',
  no: 'a no counts as a yes',
  bare: 'the table is deleted without a fallback',
  blind: 'the undo does not wait for functions',
  silent: 'the deletion is not recorded before it',
  fallback: 'the clean-up removes the fallback',
  empty: 'the clean-up removes the last copy while the name is empty',
  idle: 'the undo does nothing',
  green: 'the report looks at nothing',
  once: 'a restore that failed is not tried again',
  trust: 'a restore that failed counts as verified',
};
/** A function that has begun is not stopped with its run. */
const INSIDE: Place[] = ['look', 'delete'];
const DELETED = { name: 'none', isDeleted: true } as const;
function stepsFrom(state: SwapState, bug?: string): Step<SwapState>[] {
  const { next, by, left, job, isStopped, outcome } = state;
  const to = (name: string, fields: Partial<SwapState>) => ({ name: `${by}: ${name}`, to: { ...state, ...fields } });
  const ended = job ? [{ name: `AWS: ${job}`, to: { ...state, ...endOf(state, job), job: null } }] : [];
  const beside = left ? [to(`beside: ${left}`, { left: null, ...(left === 'delete' && DELETED) })] : [];
  if (outcome || next === 'over') return [...ended, ...beside];
  const waits = job !== null || (isStopped && by === 'run' && !INSIDE.includes(next));
  const own = waits ? [] : ownSteps(state, to, bug);
  const stop = by === 'run' && !isStopped && next !== 'world' ? [to('stop', { isStopped: true })] : [];
  const isInside = INSIDE.includes(next);
  const mayUndo = by === 'run' && isStopped && (!isInside || bug === BUGS.blind) && bug !== BUGS.idle;
  const begin: Partial<SwapState> = { by: 'undo', attempts: 0, left: isInside ? next : null, next: phaseOf(state) };
  return [...ended, ...beside, ...own, ...stop, ...(mayUndo ? [to('undo', begin)] : [])];
}

function endOf({ fails }: SwapState, job: Job): Partial<SwapState> {
  if (!job.startsWith('restore')) return { [job]: true };
  return fails > 0 ? { fails: fails - 1 } : { name: job === 'restore good' ? 'good' : 'old' };
}

/** How far the run had come, by its record. */
function phaseOf({ verified, intends }: SwapState): Place {
  if (verified !== 'none') return 'clean';
  return { deletion: 'restore', duplicate: 'clean', nothing: 'report' }[intends];
}

type To = (name: string, fields: Partial<SwapState>) => Step<SwapState>;
function ownSteps(state: SwapState, to: To, bug?: string): Step<SwapState>[] {
  const { next, by, name, attempts, verified, isDeleted, isStopped, fallback, duplicate, backup } = state;
  const isUntouched = !isDeleted && name === 'old';
  const ask = (job: Job, then: Place, fields = {}) => [to(`${next}: ask`, { job, next: then, ...fields })];
  switch (next) {
    case 'world':
      return [0, 1, 2, 3].map((fails) => to(`${fails} restores fail`, { fails, next: 'duplicate' }));
    case 'duplicate':
      return ask(next, bug === BUGS.bare ? 'backup' : 'fallback', { intends: next });
    case 'fallback':
      return ask(next, 'backup');
    case 'backup':
      return ask(next, bug === BUGS.unasked ? 'intend' : 'answer');
    case 'answer': {
      const no = to('answer: no', { answer: 'no', next: bug === BUGS.no ? 'intend' : 'clean' });
      return [to('answer: yes', { answer: 'yes', next: 'intend' }), no, to('answer: late', { next: 'clean' })];
    }
    case 'intend':
      return [to('delete: intend', { next: 'look', ...(bug !== BUGS.silent && { intends: 'deletion' }) })];
    case 'look':
      return [to('delete: look', { next: isStopped ? 'restore' : 'delete' })];
    case 'delete':
      return [to('delete: table', { ...DELETED, next: 'restore' })];
    case 'restore':
      if (by === 'undo' && name !== 'none') return [to('restore: none', { next: isUntouched ? 'clean' : 'verify' })];
      return ask(attempts < 2 ? 'restore good' : 'restore old', 'verify', { attempts: attempts + 1 });
    case 'verify': {
      const again = attempts < 3 && bug !== BUGS.once ? 'restore' : 'clean';
      if (bug === BUGS.trust) return [to('verify: right', { verified: 'good', next: 'clean' })];
      if (name === 'none') return [to('verify: failed', { next: again })];
      return [to('verify: right', { verified: name, next: 'clean' })];
    }
    case 'clean': {
      const isSpare = verified === 'good' || (isUntouched && by === 'run') || bug === BUGS.empty;
      if (!isSpare) return [to('clean: keep', { next: 'report', backup: backup || (isUntouched && duplicate) })];
      return [to('clean: duplicate', { duplicate: false, next: 'spare', fallback: fallback && bug !== BUGS.fallback })];
    }
    case 'spare':
      return [to('clean: backup', { next: 'report', backup: !fallback && !isUntouched && bug !== BUGS.empty })];
    default: {
      const isGreen = (verified === 'good' && name === 'good') || bug === BUGS.green || bug === BUGS.trust;
      return [to('report', { next: 'over', outcome: isGreen ? 'SUCCEEDED' : 'FAILED' })];
    }
  }
}

/** At each moment there is a complete copy; a no deletes nothing; and no run is green whose data is not under the name. */
function broken(state: SwapState, bug?: string): string | undefined {
  const { name, duplicate, fallback, backup, isDeleted, answer, outcome, fails, attempts, job } = state;
  if (name !== 'old' && !fallback) return 'no complete copy of the table as it was';
  if (isDeleted && name !== 'good' && !backup && !duplicate) return 'no complete copy of what is restored';
  if (isDeleted && answer !== 'yes') return 'the table was deleted without a yes';
  if (outcome === 'SUCCEEDED' && name !== 'good') return 'a run is green, and its data is not under the name';
  if (outcome === 'SUCCEEDED' && (duplicate || backup)) return 'a run is green, and leaves something behind';
  const couldFill = attempts < 3 && fails === 0 && !job;
  if (outcome && name === 'none' && couldFill) return 'the name stays empty, and a restore would fill it';
  return !outcome && stepsFrom(state, bug).length === 0 ? 'the run is stopped, and nobody ends it' : undefined;
}

const copies = { name: 'old', duplicate: false, fallback: false, backup: false, job: null, fails: 0 } as const;
const record = { intends: 'nothing', isDeleted: false, verified: 'none', outcome: null } as const;
export const swapModel: Model<SwapState> = {
  first: { next: 'world', by: 'run', left: null, ...copies, attempts: 0, answer: 'none', isStopped: false, ...record },
  stepsFrom,
  broken,
  bugs: Object.values(BUGS),
};
