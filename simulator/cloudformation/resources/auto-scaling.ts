import { SimulatorError } from '../../errors';
import { isObject, type JsonObject } from '../template';
import { number, objects, type ResourceContext, type ResourceType, text } from './resource-type';

const LAUNCH_TEMPLATE_DATA = [
  'BlockDeviceMappings',
  'EbsOptimized',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMarketOptions',
  'InstanceType',
  'MetadataOptions',
  'Monitoring',
  'NetworkInterfaces',
  'SecurityGroupIds',
  'TagSpecifications',
  'UserData',
];

const launchTemplate: ResourceType = {
  properties: ['LaunchTemplateName', 'LaunchTemplateData', 'VersionDescription', 'TagSpecifications'],
  create(context, properties) {
    const data = objectOf(properties.LaunchTemplateData);
    const unknown = Object.keys(data).find((name) => !LAUNCH_TEMPLATE_DATA.includes(name));
    if (unknown) throw new SimulatorError(`${unknown} of a launch template is not simulated (${context.logicalId}).`);
    const { region } = context;
    const id = `lt-${context.random.hex(17)}`;
    const profile = text(objectOf(data.IamInstanceProfile).Arn);
    region.autoScaling.launchTemplates.set(id, {
      instanceType: text(data.InstanceType),
      instanceProfileArn: profile,
      usesDefaultKey: objects(data.BlockDeviceMappings)
        .map(({ Ebs }) => objectOf(Ebs))
        .some(({ Encrypted, KmsKeyId }) => String(Encrypted) === 'true' && KmsKeyId === undefined),
    });
    const attributes = { LaunchTemplateId: id, LatestVersionNumber: '1', DefaultVersionNumber: '1' };
    return { physicalId: id, attributes };
  },
  remove: ({ region }, { physicalId }) => region.autoScaling.launchTemplates.delete(physicalId),
};

const group: ResourceType = {
  properties: [
    'AutoScalingGroupName',
    'CapacityRebalance',
    'Cooldown',
    'DesiredCapacity',
    'HealthCheckGracePeriod',
    'HealthCheckType',
    'LifecycleHookSpecificationList',
    'MaxSize',
    'MinSize',
    'MixedInstancesPolicy',
    'Tags',
    'VPCZoneIdentifier',
  ],
  create(context, properties) {
    const { region } = context;
    const policy = objectOf(properties.MixedInstancesPolicy);
    const { LaunchTemplateSpecification, Overrides } = objectOf(policy.LaunchTemplate);
    const launchTemplateId = text(objectOf(LaunchTemplateSpecification).LaunchTemplateId) ?? '';
    const template = region.autoScaling.launchTemplates.get(launchTemplateId);
    if (!template) throw new SimulatorError(`${context.logicalId} has no launch template of this stack.`);
    const onDemandPercent = number(objectOf(policy.InstancesDistribution).OnDemandPercentageAboveBaseCapacity) ?? 100;
    if (objects(properties.Tags).some(({ PropagateAtLaunch }) => String(PropagateAtLaunch) !== 'true'))
      throw new SimulatorError(`A tag that instances do not get is not simulated (${context.logicalId}).`);
    const name = context.name(properties.AutoScalingGroupName, 255);
    const created = region.autoScaling.create({
      name,
      minSize: number(properties.MinSize) ?? 0,
      maxSize: number(properties.MaxSize) ?? 0,
      desired: number(properties.DesiredCapacity) ?? 0,
      subnetIds: (properties.VPCZoneIdentifier as string[] | undefined) ?? [],
      instanceTypes: objects(Overrides).flatMap(({ InstanceType }) => text(InstanceType) ?? []),
      isSpot: onDemandPercent < 100,
      launchTemplateId,
      tags: Object.fromEntries(objects(properties.Tags).map(({ Key, Value }) => [String(Key), String(Value)])),
      // The defaults: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
      cooldownSeconds: number(properties.Cooldown) ?? 300,
      healthCheckGraceSeconds: number(properties.HealthCheckGracePeriod) ?? 0,
      instanceRoleArn: roleOf(context, template.instanceProfileArn),
      usesDefaultKey: template.usesDefaultKey ?? false,
    });
    for (const hook of objects(properties.LifecycleHookSpecificationList))
      region.autoScaling.PutLifecycleHook({
        AutoScalingGroupName: name,
        LifecycleHookName: text(hook.LifecycleHookName),
        LifecycleTransition: text(hook.LifecycleTransition),
        HeartbeatTimeout: number(hook.HeartbeatTimeout),
        DefaultResult: text(hook.DefaultResult),
        NotificationMetadata: text(hook.NotificationMetadata),
      });
    return { physicalId: name, attributes: { AutoScalingGroupARN: created.arn } };
  },
  remove: ({ region }, { physicalId }) => region.autoScaling.remove(physicalId),
};

/** The types of Amazon EC2 Auto Scaling, and the launch templates that its groups use. */
export const autoScalingTypes: Record<string, ResourceType> = {
  'AWS::AutoScaling::AutoScalingGroup': group,
  'AWS::EC2::LaunchTemplate': launchTemplate,
};

function roleOf({ region }: ResourceContext, instanceProfileArn: string | undefined): string | undefined {
  return instanceProfileArn && region.account.region().iam.instanceProfiles.get(instanceProfileArn);
}

function objectOf(value: unknown): JsonObject {
  return isObject(value as JsonObject) ? (value as JsonObject) : {};
}
