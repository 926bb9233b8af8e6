import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { causeText } from '../render/history';
import type { Bar, Lane, Mark, Tone } from './picture';

/** What the history of an execution says, as a lane and as numbers. */
interface StatesOfHistory {
  lane: Lane;
  /** State transitions, retries included, as Step Functions bills them. */
  transitions: number;
  tasks: number;
}

/** A state that waits for a task token is drawn as a wait. */
const TOKEN = 'waitForTaskToken';

/** The states of one execution as bars, and its errors as marks. Needs the history with its data. */
export function statesOf(name: string, events: HistoryEvent[]): StatesOfHistory {
  const bars: Bar[] = [];
  const marks: Mark[] = [];
  let open: Bar | undefined;
  /** The failure of the open state, which a retry makes a notice. */
  let failure: Mark | undefined;
  let transitions = 0;
  let tasks = 0;
  let tone: Tone = 'open';
  const close = (at: number) => {
    if (open) bars.push({ ...open, to: at });
    open = undefined;
  };
  for (const event of events) {
    const at = Number(event.timestamp);
    const error = errorOf(event);
    if (event.type?.endsWith('StateEntered')) {
      close(at);
      failure = undefined;
      transitions += 1;
      open = { kind: 'step', from: at, to: at, text: event.stateEnteredEventDetails?.name ?? '' };
    } else if (event.type?.endsWith('StateExited')) close(at);
    else if (event.type === 'TaskScheduled') {
      tasks += 1;
      if (open && event.taskScheduledEventDetails?.resource?.endsWith(TOKEN)) open.kind = 'wait';
      if (failure) {
        // What was tried again is no failure yet.
        failure.tone = 'notice';
        failure = undefined;
        transitions += 1;
      }
    } else if (error && open) {
      failure = { at, tone: 'bad', text: `${open.text}: ${error}` };
      marks.push(failure);
    }
    if (event.type?.startsWith('Execution') && event.type !== 'ExecutionStarted') {
      if (open && event.type !== 'ExecutionSucceeded') open.kind = open.kind === 'wait' ? 'wait' : 'failed';
      close(at);
      tone = event.type === 'ExecutionSucceeded' ? 'good' : 'bad';
      if (error) marks.push({ at, tone: 'bad', text: error });
    }
  }
  const last = Number(events.at(-1)?.timestamp ?? 0);
  close(last);
  return { lane: { name, tone, bars, marks }, transitions, tasks };
}

/** AWS's own words: the error, and the first line of its cause. */
function errorOf(event: HistoryEvent): string | undefined {
  const details =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails;
  if (!details) return event.type === 'ExecutionAborted' ? 'stopped' : undefined;
  const [firstLine = ''] = causeText(details.cause ?? '').split('\n');
  const text = [details.error, firstLine].filter(Boolean).join(': ');
  if (event.type === 'ExecutionAborted') return `stopped${text ? `: ${text}` : ''}`;
  return text || event.type;
}
