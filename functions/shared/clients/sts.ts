import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { sessionName } from '../current-run';

const sts = new STSClient({});
/** What the other account's trust policy asks for, if it does (IAM Guide, "access to AWS accounts owned by third parties"). */
const EXTERNAL_ID = process.env.ASSUME_ROLE_EXTERNAL_ID;

/** Credentials of a role that the input names, for a session of the current run. The SDK renews them in time. */
export function assumedRole(roleArn: string): AwsCredentialIdentityProvider {
  const RoleSessionName = sessionName();
  return async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName, ...(EXTERNAL_ID && { ExternalId: EXTERNAL_ID }) }),
    );
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey)
      throw new Error(`STS gave no credentials for ${roleArn}.`);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials;
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
}
