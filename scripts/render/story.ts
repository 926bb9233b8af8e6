import type { Happening } from '../../simulator/observer';
import { STACK_NAME } from '../../simulator/simulation';
import type { Tone } from './screen';

/** One line of what a person is shown of a run. */
export interface StoryLine {
  time: string;
  subject: string;
  text: string;
  tone: Tone;
}

/** Names of resources by id, as their tag `Name` gives them. */
export type ResourceNames = Record<string, string>;

type Told<What extends Happening['what']> = Extract<Happening, { what: What }>;
type Sentence = Pick<StoryLine, 'text' | 'tone'>;

const GOOD_ENDS = ['COMPLETED', 'Success', 'running', 'available', 'ACTIVE'];
const UNREMARKABLE = [
  'CREATED',
  'CREATING',
  'UPDATING',
  'DELETING',
  'DELETED',
  'PENDING',
  'RUNNING',
  'InProgress',
  'pending',
  'stopping',
  'stopped',
  'creating',
  'updating',
  'deleting',
  'deleted',
  'Cancelling',
  'ABORTING',
];
/** Ids are shortened to their last digits, which tell one from the next. */
const ID_DIGITS = 4;

/** Turns happenings into lines that an operator can follow; what only repeats another happening has no line. */
export class Story {
  /** The state that each event of a history belongs to, by execution and event id. */
  private readonly states = new Map<string, string>();
  /** Children of distributed maps, numbered per map as they start. */
  private readonly children = new Map<string, string>();
  private readonly started = new Map<string, number>();

  constructor(private readonly names: ResourceNames) {}

  lineOf(happening: Happening): StoryLine | undefined {
    const sentence = this.sentenceOf(happening);
    return sentence && { time: happening.time, subject: this.subjectOf(happening), ...sentence };
  }

  private sentenceOf(happening: Happening): Sentence | undefined {
    switch (happening.what) {
      case 'history':
        return this.ofHistory(happening);
      case 'instance':
        return { text: `instance ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'fileSystem':
        return { text: `file system ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'table':
        // The suite's own tables are no part of the story.
        if (happening.subject.startsWith(`${STACK_NAME}-`)) return undefined;
        return { text: `table ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'script':
        return ofScript(happening.detail);
      case 'job': {
        const { kind, state, statusMessage = '', made } = happening.detail;
        const what = made === undefined ? '' : `, made ${resourceName(made, this.names)}`;
        return { text: `${kind} job ${state}${what}${suffix(statusMessage)}`, tone: toneOf(state) };
      }
      case 'notification':
        return { text: `is told "${happening.detail.subject ?? happening.detail.message}"`, tone: 'title' };
      case 'call':
        return undefined;
      case 'fault':
        return { text: `${happening.detail.fault} ${happening.subject}`, tone: 'notice' };
    }
  }

  private subjectOf({ what, subject, ...happening }: Happening): string {
    if (what === 'notification') return 'operator';
    if (what === 'fault') return 'fault';
    if (what === 'history') return this.executionName(subject, (happening as Told<'history'>).detail.stateMachineArn);
    return resourceName(subject, this.names);
  }

  /** `pre-post-backup`, or for the child of a distributed map its label and number: `Groups 2`. */
  private executionName(arn: string, stateMachineArn: string): string {
    const [machine = '', label] = (stateMachineArn.split(':').at(-1) ?? '').split('/');
    if (label === undefined) return machine.replace(/^backup-workflows-/, '');
    const known = this.children.get(arn);
    if (known) return known;
    const mapRun = arn.slice(0, arn.lastIndexOf(':'));
    const number = (this.started.get(mapRun) ?? 0) + 1;
    this.started.set(mapRun, number);
    const name = `${label} ${number}`;
    this.children.set(arn, name);
    return name;
  }

  private ofHistory({ subject, detail: { event, stateMachineArn } }: Told<'history'>): Sentence | undefined {
    this.executionName(subject, stateMachineArn);
    const state = event.stateEnteredEventDetails?.name ?? this.states.get(`${subject} ${event.previousEventId}`) ?? '';
    this.states.set(`${subject} ${event.id}`, state);
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
      case 'TaskFailed':
        return { text: `${state} failed: ${reasonOf(event.taskFailedEventDetails)}`, tone: 'notice' };
      case 'TaskTimedOut':
        return { text: `${state} failed: ${reasonOf(event.taskTimedOutEventDetails)}`, tone: 'notice' };
      default:
        return undefined;
    }
  }
}

/** `i-…0001 web-1`; of an ARN its last part. */
export function resourceName(idOrArn: string, names: ResourceNames): string {
  const id = idOrArn.split(/[:/]/).at(-1) ?? idOrArn;
  const short = id.replace(/^([a-z]+-)[0-9a-f]{8,}$/, (_id, prefix) => `${prefix}…${id.slice(-ID_DIGITS)}`);
  const name = names[id];
  return name ? `${short} ${name}` : short;
}

function ofScript({ commandLine, status, exitCode, output }: Told<'script'>['detail']): Sentence | undefined {
  const [script = ''] = commandLine.split('\n');
  if (status === 'InProgress') return { text: `${script} started`, tone: 'plain' };
  if (status === 'Delayed') return { text: `${script} waits for the SSM agent`, tone: 'notice' };
  const code = exitCode > 0 ? ` (exit code ${exitCode})` : '';
  return { text: `${script} ended ${status}${code}${suffix(output.trim())}`, tone: toneOf(status) };
}

function toneOf(state: string): Tone {
  if (GOOD_ENDS.includes(state)) return 'good';
  return UNREMARKABLE.includes(state) ? 'plain' : 'bad';
}

/** An error with the first line of its cause; a failed Lambda function's cause is JSON with the message in it. */
function reasonOf(details: { error?: string; cause?: string } | undefined): string {
  const [firstLine = ''] = causeText(details?.cause ?? '').split('\n');
  return `${details?.error ?? ''}${suffix(firstLine)}`.replace(/^: /, '');
}

/** What a cause says, whoever wrote it. */
export function causeText(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause);
  } catch {
    return cause;
  }
}

function suffix(text: string): string {
  return text === '' ? '' : `: ${text}`;
}
