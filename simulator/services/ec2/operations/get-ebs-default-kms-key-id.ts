import type { GetEbsDefaultKmsKeyIdRequest, GetEbsDefaultKmsKeyIdResult } from '@aws-sdk/client-ec2';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html */
export function GetEbsDefaultKmsKeyId(
  this: Ec2State,
  input: GetEbsDefaultKmsKeyIdRequest,
): GetEbsDefaultKmsKeyIdResult {
  requireSupported('ec2:GetEbsDefaultKmsKeyId', input, ['DryRun']);
  this.refuseDryRun(input);
  const { ebsDefaultKeyId } = this;
  return { KmsKeyId: ebsDefaultKeyId ? this.region.arn('kms', `key/${ebsDefaultKeyId}`) : 'alias/aws/ebs' };
}
