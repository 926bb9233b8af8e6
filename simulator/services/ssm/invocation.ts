import type {
  CommandInvocation,
  CommandInvocationStatus,
  GetCommandInvocationResult,
  NotificationConfig,
} from '@aws-sdk/client-ssm';
import type { Ec2Instance } from '../ec2/instance';
import type { WorldScript } from '../ec2/world';
import type { Command } from './command';
import type { SsmDocument } from './documents';

const outputCharacters = 24_000;
const errorCharacters = 8_000;
const pluginOutputCharacters = 2_500;

/** Recorded on AWS: of a command that asks for no notification. The SDK's type has no empty text. */
export const NO_NOTIFICATION = {
  NotificationArn: '',
  NotificationEvents: [],
  NotificationType: '',
} as unknown as NotificationConfig;

/** A script that ran on an instance, or still runs. */
export interface RanScript {
  instanceId: string;
  commandId: string;
  commandLine: string;
  workingDirectory: string;
  startedAt: Date;
  endedAt?: Date;
  status: string;
}

/** One command on one managed node. */
export class Invocation {
  status: CommandInvocationStatus = 'Pending';
  details = 'Pending';
  startedAt: Date | undefined;
  endedAt: Date | undefined;
  isSent = false;
  /** Called when the invocation ends while its script runs, with the status details. */
  whenEnded: ((details: string) => void) | undefined;
  exitCode = -1;
  output = '';

  constructor(
    readonly command: Command,
    readonly instance: Ec2Instance,
    readonly script: WorldScript | undefined,
  ) {}

  get isOver(): boolean {
    return this.endedAt !== undefined;
  }

  /** The form of ListCommandInvocations. */
  listed(details: boolean): CommandInvocation {
    const { command } = this;
    return {
      CommandId: command.id,
      InstanceId: this.instance.id,
      InstanceName: '',
      Comment: command.input.Comment ?? '',
      DocumentName: command.document.name,
      DocumentVersion: command.input.DocumentVersion ?? '$DEFAULT',
      RequestedDateTime: command.requestedAt,
      Status: this.status,
      StatusDetails: this.details,
      StandardOutputUrl: this.outputUrl('stdout'),
      StandardErrorUrl: this.outputUrl('stderr'),
      CommandPlugins: details ? this.plugins() : [],
      ServiceRole: '',
      NotificationConfig: NO_NOTIFICATION,
      CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
    };
  }

  /** The form of GetCommandInvocation, for one step or as a whole. */
  described(step: SsmDocument['steps'][number] | undefined): GetCommandInvocationResult {
    const skipped = step ? this.isSkipped(step) : false;
    const hasOutput = step ? this.runsScript(step) : this.command.document.steps.length === 1;
    const isFailure = this.details === 'Failed';
    const seconds = ((this.endedAt?.getTime() ?? 0) - (this.startedAt?.getTime() ?? 0)) / 1000;
    return {
      CommandId: this.command.id,
      InstanceId: this.instance.id,
      Comment: this.command.input.Comment ?? '',
      DocumentName: this.command.document.name,
      DocumentVersion: this.command.input.DocumentVersion ?? '$DEFAULT',
      PluginName: step?.name ?? (this.command.document.steps.length === 1 ? this.command.document.steps[0]?.name : ''),
      ResponseCode: skipped ? 0 : this.exitCode,
      ExecutionStartDateTime: this.startedAt?.toISOString() ?? '',
      ExecutionElapsedTime: this.startedAt && this.endedAt ? `PT${seconds}S` : '',
      ExecutionEndDateTime: this.startedAt ? (this.endedAt?.toISOString() ?? '') : '',
      Status: skipped && this.isOver ? 'Success' : this.status,
      StatusDetails: skipped && this.isOver ? 'Success' : this.details,
      StandardOutputContent: hasOutput ? this.output.slice(0, outputCharacters) : '',
      StandardOutputUrl: this.outputUrl('stdout'),
      StandardErrorContent:
        hasOutput && isFailure ? `failed to run commands: exit status ${this.exitCode}`.slice(0, errorCharacters) : '',
      StandardErrorUrl: this.outputUrl('stderr'),
      CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
    };
  }

  private plugins(): CommandInvocation['CommandPlugins'] {
    if (!this.isSent) return [];
    return this.command.document.steps.map((step) => {
      const skipped = this.isSkipped(step);
      return {
        Name: step.name,
        Status: skipped && this.isOver ? 'Success' : this.pluginStatus(),
        StatusDetails: skipped && this.isOver ? 'Success' : this.details,
        ResponseCode: skipped ? 0 : this.exitCode,
        ResponseStartDateTime: this.startedAt,
        ResponseFinishDateTime: this.endedAt,
        Output: this.pluginOutput(step, skipped).slice(0, pluginOutputCharacters),
        StandardOutputUrl: this.outputUrl('stdout'),
        StandardErrorUrl: this.outputUrl('stderr'),
        OutputS3Region: this.command.regionName,
        OutputS3BucketName: this.command.input.OutputS3BucketName ?? '',
        OutputS3KeyPrefix: this.command.input.OutputS3KeyPrefix ?? '',
      };
    });
  }

  private pluginOutput(step: SsmDocument['steps'][number], skipped: boolean): string {
    if (skipped) return `Step execution skipped due to unsupported platform. Step name: ${step.name}`;
    if (!this.runsScript(step)) return '';
    // The agent puts standard error behind a line of its own.
    const errors = this.details === 'Failed' ? `failed to run commands: exit status ${this.exitCode}` : '';
    return errors ? `${this.output}\n----------ERROR-------\n${errors}` : this.output;
  }

  /** A step has fewer statuses than an invocation. */
  private pluginStatus() {
    if (this.status === 'Delayed') return 'Pending';
    return this.status === 'Cancelling' ? 'InProgress' : this.status;
  }

  private isSkipped(step: SsmDocument['steps'][number]): boolean {
    return step.platform !== undefined && step.platform !== this.instance.platform;
  }

  private runsScript(step: SsmDocument['steps'][number]): boolean {
    return step.plugin !== 'aws:downloadContent' && !this.isSkipped(step);
  }

  private outputUrl(stream: string): string {
    const { OutputS3BucketName: bucket, OutputS3KeyPrefix: prefix } = this.command.input;
    if (!bucket) return '';
    const step = this.command.document.steps.find((candidate) => this.runsScript(candidate));
    const folder = (step?.name ?? '').replace(':', '');
    const key = [prefix, this.command.id, this.instance.id, folder, `0.${folder}`, stream].filter(Boolean).join('/');
    return `https://s3.${this.command.regionName}.amazonaws.com/${bucket}/${key}`;
  }
}
