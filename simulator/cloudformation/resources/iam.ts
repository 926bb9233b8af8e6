import type { CreateRoleResponse } from '@aws-sdk/client-iam';
import type { JsonObject } from '../template';
import { compact, number, objects, type ResourceType, text } from './resource-type';

const role: ResourceType = {
  properties: [
    'RoleName',
    'Path',
    'Description',
    'MaxSessionDuration',
    'AssumeRolePolicyDocument',
    'ManagedPolicyArns',
    'Policies',
    'Tags',
  ],
  async create(context, properties) {
    const { iam } = context.region;
    const RoleName = context.name(properties.RoleName, 64);
    const created = await context.call<CreateRoleResponse>(
      iam,
      'CreateRole',
      compact({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
        Path: text(properties.Path),
        Description: text(properties.Description),
        MaxSessionDuration: number(properties.MaxSessionDuration),
      }),
    );
    for (const PolicyArn of (properties.ManagedPolicyArns as string[] | undefined) ?? [])
      await context.call(iam, 'AttachRolePolicy', { RoleName, PolicyArn });
    for (const policy of objects(properties.Policies))
      await context.call(iam, 'PutRolePolicy', { RoleName, ...inline(policy) });
    return {
      physicalId: RoleName,
      attributes: compact({ Arn: created.Role?.Arn ?? '', RoleId: created.Role?.RoleId ?? '' }),
    };
  },
  remove: ({ region }, { physicalId }) => region.iam.removeRole(physicalId),
  async update(context, properties, existing) {
    const RoleName = existing.physicalId;
    const policies = objects(properties.Policies).map(inline);
    const gone = objects(existing.properties.Policies)
      .map(inline)
      .filter(({ PolicyName }) => !policies.some((kept) => kept.PolicyName === PolicyName));
    const managed = (properties.ManagedPolicyArns as string[] | undefined) ?? [];
    const detached = ((existing.properties.ManagedPolicyArns as string[] | undefined) ?? []).filter(
      (arn) => !managed.includes(arn),
    );
    for (const PolicyArn of managed)
      await context.call(context.region.iam, 'AttachRolePolicy', { RoleName, PolicyArn });
    for (const policy of policies) await context.call(context.region.iam, 'PutRolePolicy', { RoleName, ...policy });
    for (const PolicyArn of detached)
      await context.call(context.region.iam, 'DetachRolePolicy', { RoleName, PolicyArn });
    for (const { PolicyName } of gone)
      await context.call(context.region.iam, 'DeleteRolePolicy', { RoleName, PolicyName });
    return existing;
  },
};

const policy: ResourceType = {
  properties: ['PolicyName', 'PolicyDocument', 'Roles'],
  async create(context, properties) {
    for (const RoleName of (properties.Roles as string[] | undefined) ?? [])
      await context.call(context.region.iam, 'PutRolePolicy', { RoleName, ...inline(properties) });
    return { physicalId: String(properties.PolicyName), attributes: {} };
  },
  async remove(context, { properties: { Roles, PolicyName } }) {
    for (const RoleName of (Roles as string[] | undefined) ?? [])
      await context.call(context.region.iam, 'DeleteRolePolicy', { RoleName, PolicyName });
  },
};

const managedPolicy: ResourceType = {
  properties: ['ManagedPolicyName', 'Description', 'Path', 'PolicyDocument'],
  create(context, properties) {
    const { region } = context;
    const name = context.name(properties.ManagedPolicyName, 128);
    const { id, partition } = region.account;
    const PolicyArn = `arn:${partition.id}:iam::${id}:policy/${name}`;
    region.iam.putCustomerPolicy(PolicyArn, JSON.stringify(properties.PolicyDocument));
    return { physicalId: PolicyArn, attributes: { PolicyArn } };
  },
  update({ region }, properties, existing) {
    region.iam.putCustomerPolicy(existing.physicalId, JSON.stringify(properties.PolicyDocument));
    return existing;
  },
  remove: ({ region }, { physicalId }) => region.iam.putCustomerPolicy(physicalId),
};

const instanceProfile: ResourceType = {
  properties: ['InstanceProfileName', 'Path', 'Roles'],
  create(context, properties) {
    const { iam } = context.region;
    const name = context.name(properties.InstanceProfileName, 128);
    const [roleName] = (properties.Roles as string[] | undefined) ?? [];
    const Arn = `arn:${context.region.account.partition.id}:iam::${context.region.account.id}:instance-profile/${name}`;
    iam.instanceProfiles.set(Arn, iam.GetRole({ RoleName: roleName }).Role?.Arn ?? '');
    return { physicalId: name, attributes: { Arn } };
  },
  remove: ({ region }, { attributes }) => region.iam.instanceProfiles.delete(attributes.Arn ?? ''),
};

/** The types of AWS IAM. */
export const iamTypes: Record<string, ResourceType> = {
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
};

function inline({ PolicyName, PolicyDocument }: JsonObject): { PolicyName: string; PolicyDocument: string } {
  return { PolicyName: String(PolicyName), PolicyDocument: JSON.stringify(PolicyDocument) };
}
