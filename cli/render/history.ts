import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Tone } from './screen';

/** What a line says, and how it is meant. */
export interface Sentence {
  text: string;
  tone: Tone;
}

/** Turns events of execution histories into sentences that an operator can follow. */
export class HistoryStory {
  /** The state that each event of a history belongs to, by execution and event id. */
  private readonly states = new Map<string, string>();
  /** Children of distributed maps, numbered per map as they start. */
  private readonly children = new Map<string, string>();
  private readonly started = new Map<string, number>();

  constructor(private readonly stackName: string) {}

  /** `pre-post-backup`, or for the child of a distributed map its label and number: `Groups 2`. */
  nameOf(executionArn: string, stateMachineArn: string): string {
    const [machine = '', label] = (stateMachineArn.split(':').at(-1) ?? '').split('/');
    if (label === undefined)
      return machine.startsWith(`${this.stackName}-`) ? machine.slice(this.stackName.length + 1) : machine;
    const known = this.children.get(executionArn);
    if (known) return known;
    const mapRun = executionArn.slice(0, executionArn.lastIndexOf(':'));
    const number = (this.started.get(mapRun) ?? 0) + 1;
    this.started.set(mapRun, number);
    const name = `${label} ${number}`;
    this.children.set(executionArn, name);
    return name;
  }

  /** The sentence about an event, if it has one; every event of a history has to be given, in its order. */
  sentenceOf(executionArn: string, stateMachineArn: string, event: HistoryEvent): Sentence | undefined {
    this.nameOf(executionArn, stateMachineArn);
    const before = this.states.get(`${executionArn} ${event.previousEventId}`);
    const state = event.stateEnteredEventDetails?.name ?? before ?? '';
    this.states.set(`${executionArn} ${event.id}`, state);
    const isChild = stateMachineArn.includes('/');
    switch (event.type) {
      case 'ExecutionStarted':
        return isChild ? undefined : { text: 'execution started', tone: 'plain' };
      case 'ExecutionSucceeded':
        return isChild ? undefined : { text: 'execution SUCCEEDED', tone: 'good' };
      case 'ExecutionFailed':
        return { text: `execution FAILED: ${reasonOf(event.executionFailedEventDetails)}`, tone: 'bad' };
      case 'ExecutionAborted':
        return { text: `execution ABORTED${suffix(reasonOf(event.executionAbortedEventDetails))}`, tone: 'bad' };
      case 'ExecutionTimedOut':
        return { text: 'execution TIMED_OUT', tone: 'bad' };
      case 'TaskStateEntered':
      case 'WaitStateEntered':
      case 'MapStateEntered':
      case 'ParallelStateEntered':
        return { text: state, tone: 'quiet' };
      case 'TaskFailed': {
        // Not worth a fright: it is what the retries are for.
        if (event.taskFailedEventDetails?.error === 'TransientServiceError')
          return {
            text: `${state}, tried again${suffix(firstLineOf(event.taskFailedEventDetails.cause))}`,
            tone: 'quiet',
          };
        return { text: `${state} failed: ${reasonOf(event.taskFailedEventDetails)}`, tone: 'notice' };
      }
      case 'TaskTimedOut':
        return { text: `${state} failed: ${reasonOf(event.taskTimedOutEventDetails)}`, tone: 'notice' };
      default:
        return undefined;
    }
  }
}

/** An error with the first line of its cause; a failed Lambda function's cause is JSON with the message in it. */
function reasonOf(details: { error?: string; cause?: string } | undefined): string {
  return [details?.error, firstLineOf(details?.cause)].filter(Boolean).join(': ');
}

function firstLineOf(cause = ''): string {
  return causeText(cause).split('\n')[0] ?? '';
}

/** The message in a cause: a failed Lambda function's cause is JSON. */
export function causeText(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause);
  } catch {
    return cause;
  }
}

export function suffix(text: string): string {
  return text === '' ? '' : `: ${text}`;
}
