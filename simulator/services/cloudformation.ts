import type {
  DescribeStacksInput,
  DescribeStacksOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
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

  private find(nameOrId: string): Stack {
    const stack = this.stacks.get(nameOrId) ?? [...this.stacks.values()].find(({ id }) => id === nameOrId);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }
}
