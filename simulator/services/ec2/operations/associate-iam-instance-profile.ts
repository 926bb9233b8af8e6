import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  IamInstanceProfileSpecification,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../../errors';
import type { Region } from '../../../places';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html */
export function AssociateIamInstanceProfile(
  this: Ec2State,
  input: AssociateIamInstanceProfileRequest,
): AssociateIamInstanceProfileResult {
  requireSupported('ec2:AssociateIamInstanceProfile', input, ['InstanceId', 'IamInstanceProfile']);
  const [instance] = this.instances.named(this.requireIds(input.InstanceId ? [input.InstanceId] : undefined));
  const [arn] = profileOf(this.region, input.IamInstanceProfile) ?? [];
  if (!arn) throw new AwsError('InvalidParameterValue', 'Invalid IAM Instance Profile name or ARN');
  if (instance?.profileArn)
    throw new AwsError('IncorrectState', `There is an existing association for instance ${instance.id}`);
  instance?.associateProfile(arn);
  return { IamInstanceProfileAssociation: { InstanceId: input.InstanceId, State: 'associating' } };
}

/** Who gives an instance a profile passes its role (EC2 User Guide, "IAM roles for Amazon EC2"). */
AssociateIamInstanceProfile.access = (state: Ec2State, input: AssociateIamInstanceProfileRequest): Access[] => {
  const [, resource] = profileOf(state.region, input.IamInstanceProfile) ?? [];
  const context = { 'iam:PassedToService': 'ec2.amazonaws.com' };
  return [
    state.accessTo('ec2:AssociateIamInstanceProfile', input.InstanceId ?? ''),
    ...(resource ? [{ action: 'iam:PassRole', resource, context }] : []),
  ];
};

function profileOf(
  { account }: Region,
  { Arn, Name }: IamInstanceProfileSpecification = {},
): [arn: string, roleArn: string] | undefined {
  const profiles = [...account.region().iam.instanceProfiles];
  return profiles.find(([arn]) => arn === Arn || arn.endsWith(`/${Name}`));
}
