import type {
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  ListStacksInput,
  ListStacksOutput,
  ResourceStatus,
} from '@aws-sdk/client-cloudformation';
import type { Stack } from '../cloudformation';
import { AwsError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { page } from './page';

const PAGE_SIZE = 100;

declare module '../places' {
  interface Region {
    readonly cloudFormation: CloudFormation;
  }
}

/** AWS CloudFormation, as far as it is asked what a stack is made of. Stacks come from `deployTemplate`. */
export class CloudFormation extends Service {
  readonly iamPrefix = 'cloudformation';
  /** By name. */
  readonly stacks = new Map<string, Stack>();

  private readonly creations = new Map<string, number>();

  /** How often a resource of this logical id was created in stacks of this name. */
  creationsOf(stackName: string, logicalId: string): number {
    return this.creations.get(`${stackName}/${logicalId}`) ?? 0;
  }

  countCreation(stackName: string, logicalId: string): void {
    this.creations.set(`${stackName}/${logicalId}`, this.creationsOf(stackName, logicalId) + 1);
  }

  override usualAccess(operation: string, { StackName }: { StackName?: string }): Access[] {
    const stack = this.stacks.get(StackName ?? '');
    const resource = stack?.id ?? this.region.arn('cloudformation', `stack/${StackName ?? '*'}/*`);
    return [{ action: `cloudformation:${operation}`, resource }];
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
  DescribeStacks(input: DescribeStacksInput): DescribeStacksOutput {
    requireSupported('cloudformation:DescribeStacks', input, ['StackName']);
    const stacks = input.StackName === undefined ? [...this.stacks.values()] : [this.find(input.StackName)];
    return {
      Stacks: stacks.map(({ id, name, createdAt, parameters, outputs, status, statusReason }) => ({
        StackId: id,
        StackName: name,
        CreationTime: createdAt,
        StackStatus: status,
        ...(statusReason !== undefined && { StackStatusReason: statusReason }),
        Capabilities: ['CAPABILITY_IAM'],
        Parameters: Object.entries(parameters).map(([ParameterKey, value]) => ({
          ParameterKey,
          ParameterValue: Array.isArray(value) ? value.join(',') : String(value),
        })),
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      })),
    };
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html */
  ListStackResources({ StackName, NextToken }: ListStackResourcesInput): ListStackResourcesOutput {
    const { resources, createdAt } = this.find(StackName ?? '');
    const all = [...resources].map(([LogicalResourceId, { type, physicalId }]) => ({
      LogicalResourceId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      LastUpdatedTimestamp: createdAt,
      ResourceStatus: 'CREATE_COMPLETE' as const,
    }));
    const { items, nextToken } = page(all, PAGE_SIZE, NextToken);
    return { StackResourceSummaries: items, NextToken: nextToken };
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html; deleted ones are forgotten. */
  ListStacks(input: ListStacksInput): ListStacksOutput {
    requireSupported('cloudformation:ListStacks', input, ['StackStatusFilter', 'NextToken']);
    const { StackStatusFilter: wanted = [], NextToken } = input;
    const all = [...this.stacks.values()].filter(({ status }) => wanted.length === 0 || wanted.includes(status));
    const { items, nextToken } = page(all, PAGE_SIZE, NextToken);
    return {
      StackSummaries: items.map(({ id, name, createdAt, status, statusReason }) => ({
        StackId: id,
        StackName: name,
        CreationTime: createdAt,
        StackStatus: status,
        ...(statusReason !== undefined && { StackStatusReason: statusReason }),
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html: the newest first. */
  DescribeStackEvents(input: DescribeStackEventsInput): DescribeStackEventsOutput {
    requireSupported('cloudformation:DescribeStackEvents', input, ['StackName', 'NextToken']);
    const { id, name, events } = this.find(input.StackName ?? '');
    const { items, nextToken } = page(events.toReversed(), PAGE_SIZE, input.NextToken);
    return {
      StackEvents: items.map(({ at, logicalId, type, physicalId, status, reason }) => ({
        StackId: id,
        StackName: name,
        EventId: `${logicalId}-${status}-${at}`,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        Timestamp: new Date(at),
        ResourceStatus: status as ResourceStatus,
        ...(reason !== undefined && { ResourceStatusReason: reason }),
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  }

  private find(nameOrId: string): Stack {
    const stack = this.stacks.get(nameOrId) ?? [...this.stacks.values()].find(({ id }) => id === nameOrId);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }
}
