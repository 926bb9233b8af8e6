import type {
  CancelCommandRequest,
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
  SendCommandRequest,
  SendCommandResult,
  Target,
} from '@aws-sdk/client-ssm';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import type { Ec2Instance } from './ec2/instance';
import { page } from './page';
import { Command } from './ssm/command';
import { checkParameters, findDocument, readDocument, type SsmDocument } from './ssm/documents';
import type { RanScript } from './ssm/invocation';
import { describeNodes, isManaged } from './ssm/nodes';
import { atLeast, atMost, lengthBetween, matchesPattern } from './ssm/validation';

const defaultPageSize = 50;
const instanceIdPattern = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;

declare module '../places' {
  interface Region {
    readonly ssm: Ssm;
  }
}

/** AWS Systems Manager: managed instances and Run Command. What SSM does on an instance, the instance declares. */
export class Ssm extends Service {
  readonly iamPrefix = 'ssm';
  /** Every script that began to run, in order. */
  readonly ranScripts: RanScript[] = [];
  private readonly commands = new Map<string, Command>();
  private readonly documents = new Map<string, SsmDocument>();

  /** Makes a document, as CloudFormation does. */
  createDocument(name: string, content: object): void {
    this.documents.set(name, readDocument(name, content));
  }

  removeDocument(name: string): void {
    this.documents.delete(name);
  }

  override usualAccess(operation: string, input: SendCommandRequest): Access[] {
    const action = `ssm:${operation}`;
    if (operation !== 'SendCommand') return [{ action, resource: '*' }];
    // A document of AWS has no account in its ARN.
    const isOwn = this.documents.has(input.DocumentName ?? '');
    const owner = isOwn ? this.region.account.id : '';
    const document = {
      action,
      resource: `arn:${this.region.account.partition.id}:ssm:${this.region.name}:${owner}:document/${input.DocumentName}`,
    };
    if (!input.InstanceIds?.length) return [document, { action, resource: this.region.arn('ec2', 'instance/*') }];
    return [document, ...input.InstanceIds.map((id) => this.accessTo(action, id))];
  }

  DescribeInstanceInformation(input: DescribeInstanceInformationRequest): DescribeInstanceInformationResult {
    return describeNodes(this.region, input);
  }

  SendCommand(input: SendCommandRequest): SendCommandResult {
    requireSupported('ssm:SendCommand', input, [
      'InstanceIds',
      'Targets',
      'DocumentName',
      'DocumentVersion',
      'TimeoutSeconds',
      'Comment',
      'Parameters',
      'OutputS3BucketName',
      'OutputS3KeyPrefix',
      'OutputS3Region',
      'MaxConcurrency',
      'MaxErrors',
    ]);
    checkSendCommand(input);
    const document = findDocument(input.DocumentName, input.DocumentVersion, this.documents);
    checkParameters(document, input.Parameters ?? {});
    const resolve = input.InstanceIds?.length
      ? this.namedTargets(input.InstanceIds, document)
      : this.taggedTargets(input.Targets ?? [], document);
    const id = this.region.account.random.uuid();
    const command = new Command(this.region, id, document, input, resolve, this.ranScripts);
    this.commands.set(id, command);
    return { Command: command.describe() };
  }

  ListCommandInvocations(input: ListCommandInvocationsRequest): ListCommandInvocationsResult {
    requireSupported('ssm:ListCommandInvocations', input, [
      'CommandId',
      'InstanceId',
      'MaxResults',
      'NextToken',
      'Details',
    ]);
    checkPageSize(input.MaxResults);
    const commands = input.CommandId ? [this.find(input.CommandId)] : [...this.commands.values()].reverse();
    const invocations = commands
      .filter((command) => command.areInvocationsListed)
      .flatMap((command) => command.invocations)
      .filter((invocation) => !input.InstanceId || invocation.instance.id === input.InstanceId);
    const { items, nextToken } = page(invocations, input.MaxResults ?? defaultPageSize, input.NextToken);
    return {
      CommandInvocations: items.map((invocation) => invocation.listed(input.Details ?? false)),
      NextToken: nextToken,
    };
  }

  GetCommandInvocation(input: GetCommandInvocationRequest): GetCommandInvocationResult {
    const command = this.commands.get(input.CommandId ?? '');
    const invocation = command?.invocationOf(input.InstanceId ?? '');
    if (!command || !invocation) throw new AwsError('InvocationDoesNotExist', '');
    const { steps } = command.document;
    // API_GetCommandInvocation: with more than one step, the request must name the one whose details it wants.
    const named = input.PluginName ?? (steps.length === 1 ? steps[0]?.name : undefined);
    const step = steps.find(({ name }) => name === named);
    if (input.PluginName && !step) throw new AwsError('InvalidPluginName', '');
    return invocation.described(step);
  }

  ListCommands(input: ListCommandsRequest): ListCommandsResult {
    requireSupported('ssm:ListCommands', input, ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Filters']);
    checkPageSize(input.MaxResults);
    // As with invocations, a list does not know a new command for a moment.
    const listed = [...this.commands.values()].filter((command) => command.areInvocationsListed).reverse();
    const candidates = input.CommandId ? [this.find(input.CommandId)] : listed;
    const commands = candidates.filter(
      (command) =>
        (!input.InstanceId || command.invocations.some(({ instance }) => instance.id === input.InstanceId)) &&
        (input.Filters ?? []).every(({ key, value = '' }) => {
          if (key === 'InvokedAfter') return command.requestedAt >= timeOf(value);
          if (key === 'InvokedBefore') return command.requestedAt < timeOf(value);
          if (key === 'Status') return command.status === value || command.details === value;
          if (key === 'ExecutionStage') return command.isOver === (value === 'Complete');
          if (key === 'DocumentName') return command.document.name === value;
          throw new SimulatorError(`ssm:ListCommands: the filter ${key} is not simulated.`);
        }),
    );
    const { items, nextToken } = page(commands, input.MaxResults ?? defaultPageSize, input.NextToken);
    return { Commands: items.map((command) => command.describe()), NextToken: nextToken };
  }

  CancelCommand(input: CancelCommandRequest): Record<string, never> {
    this.find(input.CommandId).cancel(input.InstanceIds);
    return {};
  }

  private accessTo(action: string, id: string): Access {
    const tags = Object.entries(this.region.ec2.instance(id)?.tags.current ?? {});
    const context = Object.fromEntries(
      tags.flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        [`ssm:resourceTag/${key}`, value],
      ]),
    );
    return { action, resource: this.region.arn('ec2', `instance/${id}`), context };
  }

  private find(commandId: string | undefined): Command {
    const command = this.commands.get(commandId ?? '');
    if (command) return command;
    throw new AwsError('InvalidCommandId', '');
  }

  private namedTargets(ids: string[], document: SsmDocument): () => Ec2Instance[] {
    const instances = [...new Set(ids)].map((id) => this.region.ec2.instance(id));
    // A stopped node is a valid one: the command waits for it until the delivery timeout.
    const isValid = (instance: Ec2Instance | undefined) =>
      instance && isManaged(instance) && !['shutting-down', 'terminated'].includes(instance.state);
    const refused = [...new Set(ids)].filter((_id, index) => !isValid(instances[index]));
    if (refused.length > 0) {
      throw new AwsError(
        'InvalidInstanceId',
        `Instances [[${refused.join(', ')}]] not in a valid state for account ${this.region.account.id}`,
      );
    }
    const targets = instances.flatMap((instance) => instance ?? []);
    if (targets.some((instance) => !document.platforms.includes(instance.platform))) {
      throw new AwsError('UnsupportedPlatformType', '');
    }
    return () => targets;
  }

  private taggedTargets(targets: Target[], document: SsmDocument): () => Ec2Instance[] {
    for (const { Key = '' } of targets) {
      if (Key === 'InstanceIds' || Key === 'tag-key' || Key.startsWith('tag:')) continue;
      throw new SimulatorError(`ssm:SendCommand: targets by ${Key} are not simulated.`);
    }
    return () =>
      this.region.ec2
        .allInstances()
        .filter(
          (instance) =>
            isManaged(instance) &&
            !['shutting-down', 'terminated'].includes(instance.state) &&
            document.platforms.includes(instance.platform) &&
            targets.every((target) => isTarget(instance, target)),
        );
  }
}

/** AWS documents this form only: systems-manager-datetime-strings.html. What it makes of others is not known. */
function timeOf(text: string): Date {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return new Date(text);
  throw new SimulatorError(`ssm:ListCommands: the time ${text} is not in the form YYYY-MM-DDThh:mm:ssZ.`);
}

function isTarget(instance: Ec2Instance, { Key = '', Values = [] }: Target): boolean {
  if (Key === 'InstanceIds') return Values.includes(instance.id);
  const tags = instance.tags.current;
  if (Key === 'tag-key') return Values.some((name) => name in tags);
  const value = tags[Key.slice('tag:'.length)];
  return value !== undefined && Values.includes(value);
}

function checkPageSize(size: number | undefined): void {
  atLeast('maxResults', size, 1);
  atMost('maxResults', size, defaultPageSize);
}

function checkSendCommand(input: SendCommandRequest): void {
  lengthBetween('instanceIds', input.InstanceIds, 0, 50);
  for (const id of input.InstanceIds ?? []) matchesPattern('instanceIds', id, instanceIdPattern);
  lengthBetween('targets', input.Targets, 0, 5);
  atLeast('timeoutSeconds', input.TimeoutSeconds, 30);
  atMost('timeoutSeconds', input.TimeoutSeconds, 2_592_000);
  lengthBetween('comment', input.Comment, 0, 100);
  lengthBetween('outputS3BucketName', input.OutputS3BucketName, 3, 63);
  lengthBetween('outputS3KeyPrefix', input.OutputS3KeyPrefix, 0, 500);
  matchesPattern('maxConcurrency', input.MaxConcurrency, /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/);
  matchesPattern('maxErrors', input.MaxErrors, /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/);
  const hasIds = Boolean(input.InstanceIds?.length);
  if (hasIds === Boolean(input.Targets?.length)) {
    throw new AwsError('InvalidParameters', 'Specify either InstanceIds or Targets.');
  }
}
