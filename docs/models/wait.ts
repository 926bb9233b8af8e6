import type { Model, Step } from '../../scenarios/models/checker';

/*
 * A wait: a job, a task of Step Functions with two attempts, the start function of each, and two functions that look (one
 * for events, which may be lost, late and repeated; one by the clock). A step is one call; any other process may come in
 * after it, and each process may die.
 *   start  UpdateItem the wait (its token becomes the attempt's, its version counts the look that follows too), then look
 *   look   GetItem the wait, claim it (UpdateItem if the version is as read), describe the job; ended: UpdateItem what was
 *          found (if the version is as claimed), SendTaskSuccess, then take the wait from the open ones if its token is
 *          still this one; running: SendTaskHeartbeat, and take the wait from the open ones where the task is over
 */

/** What a process has done or found out: idle, read, claimed, ended, saved, sent, beats, dead, over. */
type Place = string;

interface Process {
  place: Place;
  /** The attempt whose start function this is; null: it looks. */
  starts: number | null;
  /** As it read the wait. */
  token: number;
  version: number;
}

interface Wait {
  token: number;
  version: number;
  isDue: boolean;
  /** A look has written down that the job has ended. */
  isSettled: boolean;
}

export interface WaitState {
  hasJobEnded: boolean;
  /** The attempt of the task that Step Functions waits for. */
  attempt: number;
  isTaskOver: boolean;
  wait: Wait | null;
  processes: Process[];
  wrong?: string;
}

const ATTEMPTS = 2;
const BUGS = {
  drop: 'a look of an older attempt closes the wait',
  token: 'a new attempt leaves the old token',
  due: 'a new attempt does not open the wait again',
  running: 'a look answers although the job runs',
  event: 'what was read is believed without a look at the job',
  early: 'the wait is closed before the answer',
  claim: 'a claimed wait is not among the open ones',
  unknown: 'a heartbeat without an answer closes the wait',
  closed: 'a look that found nothing closes the wait',
  whole: 'a look writes the whole wait without asking for the version',
};

function stepsFrom(state: WaitState, bug?: string): Step<WaitState>[] {
  const steps = state.processes.flatMap((process, p) => stepsOf(state, process, p, bug));
  if (!state.hasJobEnded) steps.push({ name: 'the job ends', to: { ...state, hasJobEnded: true } });
  if (!state.isTaskOver && state.attempt < ATTEMPTS && state.wait)
    steps.push({ name: 'the heartbeat is missed', to: { ...state, attempt: state.attempt + 1 } });
  return steps;
}

function stepsOf(state: WaitState, process: Process, p: number, bug?: string): Step<WaitState>[] {
  const { place, starts, token, version } = process;
  const { wait } = state;
  const name = starts === null ? `look ${p}` : `start ${starts}`;
  const to = (what: string, next: Partial<Process> | Place, more: Partial<WaitState> = {}): Step<WaitState> => {
    const changed = { ...process, ...(typeof next === 'string' ? { place: next } : next) };
    const processes = state.processes.map((other, index) => (index === p ? changed : other));
    return { name: `${name}: ${what}`, to: { ...state, ...more, processes } };
  };
  const end = starts === null ? 'idle' : 'over';
  const isMine = wait !== null && (wait.version === version || bug === BUGS.whole);
  const close = (what: string, next: Place = end, isForced = false): Step<WaitState> => {
    const closes = wait && (wait.token === token || isForced || bug === BUGS.drop);
    return to(what, next, closes ? { wait: { ...wait, isDue: false, version: wait.version + 1 } } : {});
  };
  const own = (): Step<WaitState>[] => {
    switch (place) {
      case 'idle': {
        if (starts === null)
          return wait?.isDue ? [to('read', { place: 'read', token: wait.token, version: wait.version })] : [];
        if (state.attempt !== starts || state.isTaskOver) return [];
        const isDue = wait && bug === BUGS.due ? wait.isDue : true;
        const stored = { isDue, isSettled: wait?.isSettled ?? false, version: (wait?.version ?? 0) + 2 };
        const next = { place: stored.isSettled ? 'ended' : 'claimed', version: stored.version };
        const kept = wait && bug === BUGS.token ? wait.token : starts;
        return [to('store', { ...next, token: kept }, { wait: { ...stored, token: kept } })];
      }
      case 'read': {
        if (!wait || !isMine) return [to('claim', end)];
        const claimed = { ...wait, version: wait.version + 1, isDue: wait.isDue && bug !== BUGS.claim };
        const next = wait.isSettled ? 'ended' : 'claimed';
        return [to('claim', { place: next, version: claimed.version }, { wait: claimed })];
      }
      case 'claimed':
        if (bug === BUGS.closed && !state.hasJobEnded) return [close('describe', end, true)];
        return [to('describe', state.hasJobEnded || bug === BUGS.event ? 'ended' : starts === null ? 'beats' : end)];
      case 'beats': {
        const isWaiting = token === state.attempt && !state.isTaskOver;
        const unknown = bug === BUGS.unknown ? close('heartbeat, no answer') : to('heartbeat, no answer', end);
        if (bug === BUGS.running) return [to('heartbeat', 'saved')];
        return [isWaiting ? to('heartbeat', end) : close('heartbeat, refused'), unknown];
      }
      case 'ended': {
        if (!wait || !isMine) return [to('save', end)];
        const saved = { ...wait, version: wait.version + 1, isSettled: true, ...(bug === BUGS.whole && { token }) };
        return [to('save', bug === BUGS.early ? 'closes' : 'saved', { wait: saved })];
      }
      case 'closes':
        return [close('close', 'saved')];
      case 'saved': {
        const isTaken = token === state.attempt && !state.isTaskOver;
        const wrong = state.hasJobEnded ? undefined : `${name} answers, and the job runs`;
        return [to('answer', 'sent', { ...(isTaken && { isTaskOver: true }), ...(isTaken && wrong && { wrong }) })];
      }
      case 'sent':
        return [close('close')];
      default:
        return [];
    }
  };
  const isAtWork = !['idle', 'over', 'dead'].includes(place);
  return isAtWork ? [...own(), to('dies', starts === null ? 'idle' : 'dead')] : own();
}

/** Every wait ends by the job's end only; and one whose task waits is open, with its token, unless its start died. */
function broken(state: WaitState): string | undefined {
  if (state.wrong) return state.wrong;
  const { wait, attempt, isTaskOver, processes } = state;
  const start = processes.find(({ starts }) => starts === attempt);
  if (isTaskOver || start?.place !== 'over') return undefined;
  if (!wait?.isDue) return `the wait of attempt ${attempt} is forgotten: no look finds it`;
  return wait.token === attempt ? undefined : `the wait of attempt ${attempt} has the token of another`;
}

const process = (starts: number | null): Process => ({ place: 'idle', starts, token: 0, version: 0 });

export const waitModel: Model<WaitState> = {
  first: {
    ...{ hasJobEnded: false, attempt: 1, isTaskOver: false, wait: null },
    processes: [process(1), process(2), process(null), process(null)],
  },
  stepsFrom,
  broken,
  bugs: Object.values(BUGS),
};
