import { HistoryStory, type Sentence, suffix } from '../../cli/render/history';
import type { StoryLine } from '../../cli/render/line';
import { type ResourceNames, resourceName } from '../../cli/render/resource-name';
import type { Tone } from '../../cli/render/screen';
import type { Happening } from '../../simulator/observer';

type Told<What extends Happening['what']> = Extract<Happening, { what: What }>;

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
/** The line that starts the EFS-to-EFS worker. */
const WORKER = /^exec .*python3 \S+ '([A-Za-z0-9+/=]+)'$/m;

/** Turns happenings into lines that an operator can follow; what only repeats another happening has no line. */
export class Story {
  private readonly histories: HistoryStory;

  constructor(
    private readonly names: ResourceNames,
    private readonly stackName: string,
  ) {
    this.histories = new HistoryStory(stackName);
  }

  lineOf(happening: Happening): StoryLine | undefined {
    const sentence = this.sentenceOf(happening);
    return sentence && { time: happening.time, subject: this.subjectOf(happening), ...sentence };
  }

  private sentenceOf(happening: Happening): Sentence | undefined {
    switch (happening.what) {
      case 'history':
        return this.histories.sentenceOf(happening.subject, happening.detail.stateMachineArn, happening.detail.event);
      case 'instance':
        return { text: `instance ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'fileSystem':
        return { text: `file system ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'table':
        // The suite's own tables are no part of the story.
        if (happening.subject.startsWith(`${this.stackName}-`)) return undefined;
        return { text: `table ${happening.detail.state}`, tone: toneOf(happening.detail.state) };
      case 'script':
        return ofScript(happening.detail);
      case 'group': {
        const { desired, instances } = happening.detail;
        const members = instances.map(({ id, state }) => `${resourceName(id, this.names)} ${state}`);
        const text = `group wants ${desired}, has ${members.join(', ') || 'none'}`;
        return { text, tone: 'plain' };
      }
      case 'job': {
        const { kind, state, statusMessage = '', made } = happening.detail;
        const what = made === undefined ? '' : `, made ${resourceName(made, this.names)}`;
        return { text: `${kind} job ${state}${what}${suffix(statusMessage)}`, tone: toneOf(state) };
      }
      case 'notification':
        return { text: `gets "${happening.detail.subject ?? happening.detail.message}"`, tone: 'title' };
      case 'call':
        return undefined;
      case 'fault':
        return { text: `${happening.detail.fault} ${happening.subject}`, tone: 'notice' };
    }
  }

  private subjectOf({ what, subject, ...happening }: Happening): string {
    if (what === 'notification') return 'operator';
    if (what === 'fault') return 'fault';
    if (what === 'group') return 'Auto Scaling';
    if (what === 'history')
      return this.histories.nameOf(subject, (happening as Told<'history'>).detail.stateMachineArn);
    return resourceName(subject, this.names);
  }
}

function ofScript({ commandLine, status, exitCode, output }: Told<'script'>['detail']): Sentence | undefined {
  const request = WORKER.exec(commandLine)?.[1];
  const [script = ''] = request ? [workerTask(request)] : commandLine.split('\n');
  if (status === 'InProgress') return { text: `${script} started`, tone: 'plain' };
  if (status === 'Delayed') return { text: `${script} waits for the SSM agent`, tone: 'notice' };
  const code = exitCode > 0 ? ` (exit code ${exitCode})` : '';
  // A worker's output is its report, which the end of the run shows.
  const said = request ? '' : suffix(output.trim());
  return { text: `${script} ended ${status}${code}${said}`, tone: toneOf(status) };
}

/** `worker: backup`; the request of a worker is base64 of JSON. */
function workerTask(request: string): string {
  const { action } = JSON.parse(Buffer.from(request, 'base64').toString()) as { action: string };
  return `worker: ${action}`;
}

function toneOf(state: string): Tone {
  if (GOOD_ENDS.includes(state)) return 'good';
  return UNREMARKABLE.includes(state) ? 'plain' : 'bad';
}
