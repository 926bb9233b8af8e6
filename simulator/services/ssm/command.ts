import type {
  CommandInvocationStatus,
  CommandStatus,
  Command as SdkCommand,
  SendCommandRequest,
} from '@aws-sdk/client-ssm';
import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import type { Ec2Instance } from '../ec2/instance';
import { refusalByAgent, type SsmDocument, substitute } from './documents';
import { Invocation, NO_NOTIFICATION, type RanScript } from './invocation';
import { onlineFrom } from './nodes';
import { InstanceProcess } from './programs';

const defaultDeliverySeconds = 3600;
const defaultExecutionSeconds = 3600;
const defaultScriptSeconds = 5;
/** How long the agent is tried before an invocation counts as delayed. */
const delayedAfterSeconds = 15;
const undeliverableAfterSeconds = 10;

/** One SendCommand: its invocations, how many run at once, and what becomes of the whole. */
export class Command {
  readonly requestedAt: Date;
  private readonly byInstance = new Map<string, Invocation>();
  status: CommandStatus = 'Pending';
  details = 'Pending';
  /** Once it is set, the invocations can be listed. */
  areInvocationsListed = false;
  private readonly deliverySeconds: number;
  private readonly executionSeconds: number;
  private readonly cancelDeliveryTimeout: () => void;
  private maxConcurrency = 1;
  private maxErrors = 0;
  private queue: Invocation[] = [];
  private running = 0;
  /** How many invocations are not over yet. */
  private open = 0;
  private errors = 0;
  private isCancelled = false;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly document: SsmDocument,
    readonly input: SendCommandRequest,
    /** Who gets it, asked when the command is dispatched: tags are resolved then. */
    private readonly resolveTargets: () => Ec2Instance[],
    private readonly ranScripts: RanScript[],
  ) {
    const { clock, random } = region.account;
    this.requestedAt = clock.date;
    this.deliverySeconds = input.TimeoutSeconds ?? defaultDeliverySeconds;
    const timeout = document.timeoutSeconds && substitute(document.timeoutSeconds, input.Parameters ?? {});
    this.executionSeconds = Number(timeout ?? input.Parameters?.executionTimeout?.[0] ?? defaultExecutionSeconds);
    // Right after SendCommand nothing is listed for a moment (aws/aws-cli#3546).
    clock.after(random.between(0.5, 2), () => this.dispatch());
    this.cancelDeliveryTimeout = clock.after(this.deliverySeconds, () => this.timeOutDelivery());
  }

  get regionName(): string {
    return this.region.name;
  }

  private get doubts() {
    return this.region.account.doubts;
  }

  get invocations(): Invocation[] {
    return [...this.byInstance.values()];
  }

  get commandLine(): string {
    const { lines } = this.document;
    const parameters = this.input.Parameters ?? {};
    if (Array.isArray(lines)) return lines.map((line) => substitute(line, parameters)).join('\n');
    return (parameters[lines.parameter] ?? []).join('\n');
  }

  get isOver(): boolean {
    return !['Pending', 'InProgress', 'Cancelling'].includes(this.status);
  }

  get expiresAfter(): Date {
    return new Date(this.requestedAt.getTime() + (this.deliverySeconds + this.executionSeconds) * 1000);
  }

  invocationOf(instanceId: string): Invocation | undefined {
    return this.areInvocationsListed ? this.byInstance.get(instanceId) : undefined;
  }

  cancel(instanceIds: string[] | undefined): void {
    if (this.isOver) return;
    if (!instanceIds?.length) this.isCancelled = true;
    for (const invocation of this.invocations) {
      if (invocation.isOver || (instanceIds?.length && !instanceIds.includes(invocation.instance.id))) continue;
      if (invocation.status !== 'InProgress') {
        this.end(invocation, 'Cancelled', 'Cancelled');
        continue;
      }
      this.change(invocation, 'Cancelling', 'Cancelling');
      const seconds = this.region.account.random.between(1, 3);
      this.region.account.clock.after(seconds, () => this.end(invocation, 'Cancelled', 'Cancelled'));
    }
    if (this.isCancelled && !this.isOver && this.open > 0) {
      this.changeCommand('Cancelling', 'Cancelling');
    }
  }

  /** The form of SendCommand and ListCommands. */
  describe(): SdkCommand {
    const over = this.invocations.filter((invocation) => invocation.isOver);
    const count = (...details: string[]) => over.filter((invocation) => details.includes(invocation.details)).length;
    return {
      CommandId: this.id,
      DocumentName: this.document.name,
      DocumentVersion: this.input.DocumentVersion ?? '$DEFAULT',
      Comment: this.input.Comment ?? '',
      ExpiresAfter: this.expiresAfter,
      Parameters: this.input.Parameters ?? {},
      InstanceIds: this.input.InstanceIds ?? [],
      Targets: this.input.Targets ?? [],
      RequestedDateTime: this.requestedAt,
      Status: this.status,
      StatusDetails: this.details,
      OutputS3Region: this.region.name,
      OutputS3BucketName: this.input.OutputS3BucketName ?? '',
      OutputS3KeyPrefix: this.input.OutputS3KeyPrefix ?? '',
      MaxConcurrency: this.input.MaxConcurrency ?? '50',
      MaxErrors: this.input.MaxErrors ?? '0',
      TargetCount: this.input.InstanceIds?.length || this.byInstance.size,
      CompletedCount: over.length,
      ErrorCount: count('Failed', 'ExecutionTimedOut', 'Undeliverable'),
      DeliveryTimedOutCount: count('DeliveryTimedOut'),
      ServiceRole: '',
      NotificationConfig: NO_NOTIFICATION,
      CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
      TimeoutSeconds: this.deliverySeconds,
    };
  }

  private dispatch(): void {
    const targets = this.resolveTargets();
    this.areInvocationsListed = true;
    if (this.isCancelled || targets.length === 0) {
      if (this.isCancelled) this.changeCommand('Cancelled', 'Cancelled');
      // The details are NoInstancesInTag; no page says whether the status is Failed or Success.
      else throw new SimulatorError('A command whose targets fit no instance is not simulated.');
      return;
    }
    for (const instance of targets) {
      const script = instance.declared.Scripts?.find(({ Contains }) => this.commandLine.includes(Contains));
      if (script?.Status === 'NoInvocation') continue;
      this.byInstance.set(instance.id, new Invocation(this, instance, script));
    }
    this.open = this.byInstance.size;
    this.maxConcurrency = Math.max(1, share(this.input.MaxConcurrency ?? '50', this.byInstance.size));
    this.maxErrors = share(this.input.MaxErrors ?? '0', this.byInstance.size);
    this.queue = [...this.invocations];
    this.sendNext();
    this.endIfDone();
  }

  private sendNext(): void {
    while (this.running < this.maxConcurrency) {
      const next = this.queue.shift();
      if (!next) return;
      if (next.isOver) continue;
      this.running += 1;
      next.isSent = true;
      this.deliver(next);
    }
  }

  private deliver(invocation: Invocation): void {
    const { clock, random } = this.region.account;
    const { instance, script } = invocation;
    if (script?.Status === 'Undeliverable') {
      clock.after(undeliverableAfterSeconds, () => this.end(invocation, 'Failed', 'Undeliverable'));
      return;
    }
    const isWaiting = () => !invocation.isOver && !invocation.startedAt;
    const attempt = () => {
      const from = onlineFrom(instance);
      if (from === undefined || script?.Status === 'DeliveryTimedOut') return;
      const seconds = Math.max(0, from - clock.now) / 1000 + random.between(0.3, 1);
      clock.after(seconds, () => {
        const since = onlineFrom(instance);
        if (!isWaiting() || since === undefined || since > clock.now) return;
        stopListening();
        this.run(invocation);
      });
    };
    const stopListening = instance.onStateChange(attempt);
    invocation.whenEnded = stopListening;
    attempt();
    clock.after(delayedAfterSeconds, () => {
      if (isWaiting()) this.change(invocation, 'Delayed', 'Delayed');
    });
  }

  private run(invocation: Invocation): void {
    const { clock } = this.region.account;
    const { instance, script } = invocation;
    const boot = instance.stateSince;
    invocation.startedAt = clock.date;
    this.change(invocation, 'InProgress', 'InProgress');
    if (this.status === 'Pending') this.changeCommand('InProgress', 'InProgress');
    const refusal = refusalByAgent(this.document);
    if (refusal) {
      invocation.exitCode = 1;
      invocation.output = refusal;
      this.end(invocation, 'Failed', 'Failed');
      return;
    }
    const ran: RanScript = {
      instanceId: instance.id,
      commandId: this.id,
      commandLine: this.commandLine,
      workingDirectory: this.input.Parameters?.workingDirectory?.[0] ?? '',
      startedAt: clock.date,
      status: 'InProgress',
    };
    this.ranScripts.push(ran);
    const limit = this.executionSeconds;
    const seconds = script?.Seconds ?? (script?.Status === 'TimedOut' ? limit : defaultScriptSeconds);
    invocation.whenEnded = (details) => {
      ran.status = details;
      ran.endedAt = clock.date;
    };
    const finish = (status: CommandInvocationStatus, details: string) => this.end(invocation, status, details);
    const program = this.region.account.programs.find(this.commandLine);
    if (program) {
      clock.after(limit, () => finish('TimedOut', 'ExecutionTimedOut'));
      const process = new InstanceProcess(this.region, instance, this.commandLine);
      program(process)
        .then(({ exitCode, output }) => {
          // Nothing is left that could report the end of a program whose instance is gone.
          if (!process.isAlive) return;
          invocation.exitCode = exitCode;
          invocation.output = output;
          if (exitCode === 0) finish('Success', 'Success');
          else finish('Failed', 'Failed');
        })
        .catch((error) => clock.fail(error));
      return;
    }
    clock.after(Math.min(seconds, limit), () => {
      const isInterrupted = instance.state !== 'running' || instance.stateSince !== boot;
      // The end of a script is not reported if it died with its instance: SSM waits until the script's time is over.
      if (isInterrupted && this.doubts.behaviour('ssm.scriptOfDeadInstance') === 'Failed')
        return finish('Failed', 'Failed');
      if (isInterrupted) {
        clock.after(limit - Math.min(seconds, limit), () => finish('TimedOut', 'ExecutionTimedOut'));
        return;
      }
      if (seconds > limit || script?.Status === 'TimedOut') return finish('TimedOut', 'ExecutionTimedOut');
      if (script?.Status === 'Cancelled') return finish('Cancelled', 'Cancelled');
      const hasFailed = script?.Status === 'Failed';
      invocation.exitCode = script?.ExitCode ?? (hasFailed ? 1 : 0);
      invocation.output = script?.Output ?? '';
      return hasFailed ? finish('Failed', 'Failed') : finish('Success', 'Success');
    });
  }

  private timeOutDelivery(): void {
    for (const invocation of this.invocations) {
      if (!invocation.isOver && !invocation.startedAt) this.end(invocation, 'TimedOut', 'DeliveryTimedOut');
    }
  }

  private end(invocation: Invocation, status: CommandInvocationStatus, details: string): void {
    if (invocation.isOver) return;
    invocation.endedAt = this.region.account.clock.date;
    this.open -= 1;
    invocation.whenEnded?.(details);
    if (invocation.isSent) this.running -= 1;
    this.change(invocation, status, details);
    if (details === 'Failed' || details === 'ExecutionTimedOut') this.errors += 1;
    if (this.errors > this.maxErrors) this.terminateQueued();
    this.sendNext();
    this.endIfDone();
  }

  private terminateQueued(): void {
    const queued = this.queue;
    this.queue = [];
    if (queued.length === 0) return;
    // API_CommandInvocation, StatusDetails: "subsequent command invocations were canceled by the system".
    for (const invocation of queued) this.end(invocation, 'Cancelled', 'Terminated');
  }

  private endIfDone(): void {
    if (this.isOver || this.open > 0) return;
    this.cancelDeliveryTimeout();
    const count = (details: string) => this.invocations.filter((invocation) => invocation.details === details).length;
    if (this.isCancelled && count('Cancelled') > 0) this.changeCommand('Cancelled', 'Cancelled');
    else if (this.errors > this.maxErrors && count('Failed') > 0) this.changeCommand('Failed', 'Failed');
    else if (this.errors > this.maxErrors) this.changeCommand('TimedOut', 'ExecutionTimedOut');
    else if (count('DeliveryTimedOut') > this.maxErrors) this.changeCommand('TimedOut', 'DeliveryTimedOut');
    else if (count('Success') + count('Undeliverable') === this.byInstance.size) {
      this.changeCommand('Success', 'Success');
    } else this.changeCommand(this.doubts.behaviour('ssm.incompleteCommand'), 'Incomplete');
  }

  private change(invocation: Invocation, status: CommandInvocationStatus, details: string): void {
    invocation.status = status;
    invocation.details = details;
    this.region.account.observer.tell('script', invocation.instance.id, {
      commandId: this.id,
      commandLine: this.commandLine,
      status: details,
      exitCode: invocation.exitCode,
      output: invocation.output,
    });
    this.region.events.emit({
      source: 'aws.ssm',
      'detail-type': 'EC2 Command Invocation Status-change Notification',
      resources: [invocation.instance.arn],
      detail: {
        'command-id': this.id,
        'document-name': this.document.name,
        'instance-id': invocation.instance.id,
        'requested-date-time': this.requestedAt.toISOString(),
        status,
      },
    });
  }

  private changeCommand(status: CommandStatus, details: string): void {
    this.status = status;
    this.details = details;
    this.region.events.emit({
      source: 'aws.ssm',
      'detail-type': 'EC2 Command Status-change Notification',
      resources: [],
      detail: {
        'command-id': this.id,
        'document-name': this.document.name,
        'expire-after': this.expiresAfter.toISOString(),
        parameters: this.input.Parameters ?? {},
        'requested-date-time': this.requestedAt.toISOString(),
        status,
      },
    });
  }
}

/** `10` or `10%` of so many targets. */
function share(text: string, targets: number): number {
  return text.endsWith('%') ? Math.floor((targets * Number(text.slice(0, -1))) / 100) : Number(text);
}
