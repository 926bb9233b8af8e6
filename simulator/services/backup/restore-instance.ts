import type { StartRestoreJobInput } from '@aws-sdk/client-backup';
import { isAllowed } from '../../iam/authorize';
import type { Region } from '../../places';
import { Ec2Instance } from '../ec2/instance';
import { invalid } from './job-input';
import type { RecoveryPoint } from './recovery-points';
import { type Damage, NOT_AUTHORIZED, type Restoration, refusalOf } from './restoration';
import { TEST_TAG } from './tested-resource';

const instanceKeys = [
  'disableApiTermination',
  'instanceType',
  'requireImdsV2',
  'iamInstanceProfileName',
  'securityGroupIds',
  'subnetId',
  'vpcId',
];

/**
 * Launches an instance from the AMI of a recovery point.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-ec2.html
 */
export class InstanceRestoration implements Restoration {
  readonly durationSeconds = 10 * 60;
  private instance: Ec2Instance | undefined;

  constructor(
    private readonly region: Region,
    private readonly input: StartRestoreJobInput,
    private readonly source: RecoveryPoint,
    private readonly damage: Damage = {},
    private readonly testTags: Record<string, string> = {},
  ) {}

  get madeArn(): string | undefined {
    return this.instance?.arn;
  }

  refusal(): string | undefined {
    const { account, ec2 } = this.region;
    const { Metadata: metadata = {}, IamRoleArn: principalArn = '' } = this.input;
    const caller = { principalArn, accountId: account.id };
    const access = { action: 'ec2:RunInstances', resource: this.region.arn('ec2', 'instance/*') };
    if (!isAllowed(account, caller, access)) return NOT_AUTHORIZED;
    const profile = metadata.iamInstanceProfileName;
    if (profile && !this.profile(profile)) return `Invalid IAM Instance Profile name: ${profile}`;
    const roleArn = profile && account.region().iam.instanceProfiles.get(this.profile(profile) ?? '');
    const pass = {
      action: 'iam:PassRole',
      resource: roleArn ?? '',
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    };
    if (roleArn && !isAllowed(account, caller, pass)) return NOT_AUTHORIZED;
    if (!metadata.subnetId)
      return 'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.';
    return ec2.network.subnet(metadata.subnetId) ? undefined : `The subnet ID '${metadata.subnetId}' does not exist`;
  }

  open(): void {
    const { account, ec2, name: Region } = this.region;
    const { Metadata: metadata = {} } = this.input;
    const source = ec2.instance(this.source.resourceArn.slice(this.source.resourceArn.lastIndexOf('/') + 1));
    const volumes = Math.max(1, (source?.volumeIds.length ?? 1) - (this.damage.LosesVolume ? 1 : 0));
    const instance = new Ec2Instance(this.region, {
      InstanceId: `i-${account.random.hex(17)}`,
      State: 'pending',
      Tags: { ...this.testTags },
      VolumeIds: Array.from({ length: volumes }, () => `vol-${account.random.hex(17)}`),
      InstanceType: metadata.instanceType ?? source?.instanceType ?? 't3.micro',
      // Without a profile the agent has no credentials.
      Ssm: 'Unmanaged',
      StatusChecks: this.damage.NeverBoots ? 'impaired' : 'ok',
      Scripts: this.damage.Scripts ?? [],
      Region,
    });
    instance.subnetId = metadata.subnetId;
    instance.securityGroupIds = JSON.parse(metadata.securityGroupIds ?? '[]') as string[];
    const profile = metadata.iamInstanceProfileName;
    if (profile) instance.associateProfile(this.profile(profile) ?? '');
    ec2.add(instance);
    this.instance = instance;
  }

  close(): string | undefined {
    return this.instance?.arn;
  }

  remove(): string | undefined {
    const id = this.instance?.id ?? '';
    if (!this.region.ec2.instance(id) || this.instance?.state === 'terminated') return undefined;
    if (!this.instance?.tags.current[TEST_TAG]) return `The instance ${id} does not have the tag ${TEST_TAG}.`;
    return refusalOf(() => this.region.ec2.TerminateInstances({ InstanceIds: [id] }));
  }

  private profile(name: string): string | undefined {
    return [...this.region.account.region().iam.instanceProfiles.keys()].find((arn) => arn.endsWith(`/${name}`));
  }
}

/** Refuses metadata that do not describe an instance. */
export function checkInstanceMetadata(metadata: Record<string, string>): void {
  const unknown = Object.keys(metadata).find((key) => !instanceKeys.includes(key));
  if (unknown) throw invalid(`Invalid restore metadata: ${unknown}`);
}
