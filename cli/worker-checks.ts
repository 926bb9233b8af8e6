import type { Finding } from './finding';
import type { Session } from './session';

const ROLE = 'AWSServiceRoleForAutoScaling';

/**
 * Whether Auto Scaling can launch the worker of EFS-to-EFS. Its disk is encrypted with the account's default key for EBS; a
 * customer managed one has to let in Auto Scaling's own role, by its policy or a grant.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
export async function checkWorkerDisk(session: Session): Promise<Finding[]> {
  const { outputs } = await session.stack();
  if (!outputs.EfsToEfsFunctionName) return [];
  const { KmsKeyId = '' } = await (await session.aws.client('ec2')).getEbsDefaultKmsKeyId({});
  const subject = 'disk of the EFS-to-EFS worker';
  if (KmsKeyId.includes('alias/aws/')) return [{ subject, state: "encrypted with AWS's own key" }];
  const kms = await session.aws.client('kms');
  const { KeyMetadata } = await kms.describeKey({ KeyId: KmsKeyId });
  if (KeyMetadata?.KeyManager === 'AWS') return [{ subject, state: "encrypted with AWS's own key" }];
  const state = `the default key for EBS, ${KmsKeyId}, `;
  if (KeyMetadata?.KeyState !== 'Enabled')
    return [
      { subject, state: `${state}is ${KeyMetadata?.KeyState ?? 'in an unknown state'}`, advice: 'Enable the key.' },
    ];
  const { Policy = '' } = await kms.getKeyPolicy({ KeyId: KmsKeyId, PolicyName: 'default' });
  const { Grants = [] } = await kms.listGrants({ KeyId: KmsKeyId });
  if (Policy.includes(ROLE) || Grants.some(({ GranteePrincipal }) => GranteePrincipal?.includes(ROLE)))
    return [{ subject, state: `${state}names ${ROLE}` }];
  return [
    {
      subject,
      state: `${state}does not name ${ROLE}, so that no instance may come`,
      advice: `Add ${ROLE} to the key's policy (EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes").`,
    },
  ];
}
