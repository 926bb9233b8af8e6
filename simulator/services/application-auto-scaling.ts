import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableDimension,
  ScalableTarget,
  ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import type { WorldScalableTarget } from './application-auto-scaling/world';
import { page } from './page';

/** What names a scalable target. */
interface TargetName {
  ServiceNamespace?: string | undefined;
  ResourceId?: string | undefined;
  ScalableDimension?: string | undefined;
}

interface Target {
  target: ScalableTarget;
  policies: Map<string, ScalingPolicy>;
}

const TABLE_ACTIONS: Record<string, string[]> = {
  RegisterScalableTarget: ['DescribeTable', 'UpdateTable'],
  PutScalingPolicy: ['DescribeTable'],
};
const ALARM_ACTIONS: Record<string, string[]> = {
  PutScalingPolicy: ['DescribeAlarms', 'PutMetricAlarm'],
  DeregisterScalableTarget: ['DeleteAlarms'],
};
const PAGE_SIZE = 50;
const DIMENSION = /^dynamodb:(table|index):(Read|Write)CapacityUnits$/;
const RESOURCE = /^table\/([^/]+)(?:\/index\/([^/]+))?$/;

declare module '../places' {
  interface Region {
    readonly applicationAutoScaling: ApplicationAutoScaling;
  }
}

/**
 * Application Auto Scaling of DynamoDB's tables and indexes: targets and policies are kept and checked, nothing is ever
 * scaled. They outlive their table.
 */
export class ApplicationAutoScaling extends Service {
  readonly iamPrefix = 'application-autoscaling';
  private readonly targets = new Map<string, Target>();

  override usualAccess(operation: string, input: TargetName): Access[] {
    const action = `${this.iamPrefix}:${operation}`;
    if (operation.startsWith('Describe')) return [{ action, resource: '*' }];
    const known = this.targets.get(keyOf(input))?.target.ScalableTargetARN;
    const context = {
      'application-autoscaling:service-namespace': input.ServiceNamespace ?? '',
      'application-autoscaling:scalable-dimension': input.ScalableDimension ?? '',
    };
    const own = { action, resource: known ?? this.region.arn(this.iamPrefix, 'scalable-target/*'), context };
    const [, tableName = '*'] = RESOURCE.exec(input.ResourceId ?? '') ?? [];
    const table = this.region.arn('dynamodb', `table/${tableName}`);
    const alarms = this.region.arn('cloudwatch', `alarm:TargetTracking-${input.ResourceId}-AlarmHigh`);
    // The caller needs what Application Auto Scaling then does on the resource and its alarms.
    return [
      own,
      ...(TABLE_ACTIONS[operation] ?? []).map((name) => ({ action: `dynamodb:${name}`, resource: table })),
      ...(ALARM_ACTIONS[operation] ?? []).map((name) => ({
        action: `cloudwatch:${name}`,
        // It looks at all alarms of the account.
        resource: name === 'DescribeAlarms' ? this.region.arn('cloudwatch', 'alarm:*') : alarms,
      })),
    ];
  }

  /** Puts targets and their policies in as if they had always been there. */
  load(targets: WorldScalableTarget[]): void {
    const { homeRegion } = this.region.account;
    for (const { Policies, Region = homeRegion, ...target } of targets) {
      if (Region !== this.region.name) continue;
      const name = { ServiceNamespace: 'dynamodb' as const, ...target };
      this.register(name);
      for (const policy of Policies ?? []) {
        this.PutScalingPolicy({
          ServiceNamespace: 'dynamodb',
          ResourceId: target.ResourceId,
          ScalableDimension: target.ScalableDimension,
          PolicyType: 'TargetTrackingScaling',
          ...policy,
        });
      }
    }
  }

  /** The targets in the form of the world file. */
  snapshot(): WorldScalableTarget[] {
    return [...this.targets.values()].map(({ target, policies }) => ({
      Region: this.region.name,
      ResourceId: target.ResourceId ?? '',
      ScalableDimension: target.ScalableDimension as ScalableDimension,
      MinCapacity: target.MinCapacity ?? 0,
      MaxCapacity: target.MaxCapacity ?? 0,
      ...(Object.values(target.SuspendedState ?? {}).includes(true) && { SuspendedState: target.SuspendedState }),
      ...(policies.size > 0 && {
        Policies: [...policies.values()].map((policy) => ({
          PolicyName: policy.PolicyName ?? '',
          TargetTrackingScalingPolicyConfiguration: structuredClone(policy.TargetTrackingScalingPolicyConfiguration),
        })),
      }),
    }));
  }

  DescribeScalableTargets(input: DescribeScalableTargetsRequest): DescribeScalableTargetsResponse {
    const { ServiceNamespace, ResourceIds, ScalableDimension, MaxResults = PAGE_SIZE, NextToken } = input;
    const found = [...this.targets.values()]
      .map(({ target }) => target)
      .filter(
        (target) =>
          target.ServiceNamespace === ServiceNamespace &&
          (!ResourceIds?.length || ResourceIds.includes(target.ResourceId ?? '')) &&
          (!ScalableDimension || target.ScalableDimension === ScalableDimension),
      );
    const { items, nextToken } = page(found, MaxResults, NextToken);
    return { ScalableTargets: items.map((target) => ({ ...target })), ...(nextToken && { NextToken: nextToken }) };
  }

  RegisterScalableTarget(input: RegisterScalableTargetRequest): RegisterScalableTargetResponse {
    requireSupported(`${this.iamPrefix}:RegisterScalableTarget`, input, [
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'MinCapacity',
      'MaxCapacity',
      'RoleARN',
      'SuspendedState',
    ]);
    this.checkName(input);
    this.checkResource(input.ResourceId ?? '');
    return { ScalableTargetARN: this.register(input) };
  }

  DeregisterScalableTarget(input: DeregisterScalableTargetRequest): Record<string, never> {
    this.find(input);
    this.targets.delete(keyOf(input));
    return {};
  }

  DescribeScalingPolicies(input: DescribeScalingPoliciesRequest): DescribeScalingPoliciesResponse {
    const { ServiceNamespace, ResourceId, ScalableDimension, PolicyNames, MaxResults = 10, NextToken } = input;
    const found = [...this.targets.values()]
      .flatMap(({ policies }) => [...policies.values()])
      .filter(
        (policy) =>
          policy.ServiceNamespace === ServiceNamespace &&
          (!ResourceId || policy.ResourceId === ResourceId) &&
          (!ScalableDimension || policy.ScalableDimension === ScalableDimension) &&
          (!PolicyNames?.length || PolicyNames.includes(policy.PolicyName ?? '')),
      );
    const { items, nextToken } = page(found, MaxResults, NextToken);
    return { ScalingPolicies: items.map((policy) => ({ ...policy })), ...(nextToken && { NextToken: nextToken }) };
  }

  PutScalingPolicy(input: PutScalingPolicyRequest): PutScalingPolicyResponse {
    requireSupported(`${this.iamPrefix}:PutScalingPolicy`, input, [
      'PolicyName',
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'PolicyType',
      'TargetTrackingScalingPolicyConfiguration',
    ]);
    const { policies } = this.find(input);
    const configuration = input.TargetTrackingScalingPolicyConfiguration;
    if (input.PolicyType !== 'TargetTrackingScaling' || configuration?.TargetValue === undefined) {
      throw invalid('Only target tracking policies with a target value are supported for DynamoDB.');
    }
    const known = policies.get(input.PolicyName ?? '');
    const id = known?.PolicyARN?.split(':')[6] ?? this.region.account.random.uuid();
    const policy: ScalingPolicy = {
      PolicyARN: this.region.arn(
        'autoscaling',
        `scalingPolicy:${id}:resource/dynamodb/${input.ResourceId}:policyName/${input.PolicyName}`,
      ),
      PolicyName: input.PolicyName,
      ServiceNamespace: input.ServiceNamespace,
      ResourceId: input.ResourceId,
      ScalableDimension: input.ScalableDimension,
      PolicyType: input.PolicyType,
      TargetTrackingScalingPolicyConfiguration: structuredClone(configuration),
      Alarms: ['AlarmHigh', 'AlarmLow', 'ProvisionedCapacityHigh', 'ProvisionedCapacityLow'].map((kind) => {
        const AlarmName = `TargetTracking-${input.ResourceId}-${kind}-${id}`;
        return { AlarmName, AlarmARN: this.region.arn('cloudwatch', `alarm:${AlarmName}`) };
      }),
      CreationTime: known?.CreationTime ?? this.region.account.clock.date,
    };
    policies.set(input.PolicyName ?? '', policy);
    return { PolicyARN: policy.PolicyARN, Alarms: structuredClone(policy.Alarms) };
  }

  private register(input: RegisterScalableTargetRequest): string {
    const { account } = this.region;
    const known = this.targets.get(keyOf(input));
    const min = input.MinCapacity ?? known?.target.MinCapacity;
    const max = input.MaxCapacity ?? known?.target.MaxCapacity;
    if (min === undefined || max === undefined) {
      throw invalid('MinCapacity and MaxCapacity must be specified for a new scalable target.');
    }
    if (min > max) throw invalid('Maximum capacity cannot be less than minimum capacity');
    const role = 'dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable';
    const none = {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    };
    const arn =
      known?.target.ScalableTargetARN ?? this.region.arn(this.iamPrefix, `scalable-target/${account.random.hex(36)}`);
    const target: ScalableTarget = {
      ServiceNamespace: input.ServiceNamespace,
      ResourceId: input.ResourceId,
      ScalableDimension: input.ScalableDimension,
      MinCapacity: min,
      MaxCapacity: max,
      RoleARN: `arn:${account.partition.id}:iam::${account.id}:role/aws-service-role/${role}`,
      CreationTime: known?.target.CreationTime ?? account.clock.date,
      SuspendedState: { ...none, ...known?.target.SuspendedState, ...input.SuspendedState },
      ScalableTargetARN: arn,
    };
    this.targets.set(keyOf(input), { target, policies: known?.policies ?? new Map() });
    return arn;
  }

  private find(name: TargetName): Target {
    this.checkName(name);
    const target = this.targets.get(keyOf(name));
    if (!target) throw notFound(`No scalable target registered for ${nameOf(name)}`);
    return target;
  }

  private checkName({ ServiceNamespace, ResourceId = '', ScalableDimension = '' }: TargetName): void {
    if (ServiceNamespace !== 'dynamodb') {
      throw new SimulatorError(`Auto scaling of ${ServiceNamespace} is not simulated.`);
    }
    const [, , index] = RESOURCE.exec(ResourceId) ?? [];
    const [, kind] = DIMENSION.exec(ScalableDimension) ?? [];
    const fits = RESOURCE.test(ResourceId) && kind === (index === undefined ? 'table' : 'index');
    if (!fits) throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${ResourceId}`);
  }

  /** A table that is being made counts as well. */
  private checkResource(resourceId: string): void {
    const [, tableName = '', indexName] = RESOURCE.exec(resourceId) ?? [];
    const table = this.region.dynamodb.tables.get(tableName);
    if (!table) throw invalid(`DynamoDB table does not exist: ${resourceId}`);
    if (indexName !== undefined && !table.indexes.some(({ name, global }) => global && name === indexName)) {
      throw invalid(`DynamoDB index does not exist: ${resourceId}`);
    }
  }
}

function keyOf({ ServiceNamespace, ResourceId, ScalableDimension }: TargetName): string {
  return `${ServiceNamespace} ${ResourceId} ${ScalableDimension}`;
}

function nameOf({ ServiceNamespace, ResourceId, ScalableDimension }: TargetName): string {
  return `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function notFound(message: string): AwsError {
  return new AwsError('ObjectNotFoundException', message);
}
