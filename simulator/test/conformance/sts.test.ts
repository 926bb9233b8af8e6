import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Aws, conformance } from './harness';

const RoleName = 'operator';

/** A role that the account's own root may assume; its ARN. */
async function createRole(aws: Aws): Promise<string> {
  const { Account } = await aws.client(STSClient).send(new GetCallerIdentityCommand({}));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${Account}:root` }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await aws.client(IAMClient).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return Role?.Arn ?? '';
}

conformance('STS', (behaves) => {
  behaves('a caller learns who it is', async (aws) => {
    const identity = await aws.client(STSClient).send(new GetCallerIdentityCommand({}));

    expect(identity.Account).toMatch(/^\d{12}$/);
    expect(identity.Arn).toMatch(/^arn:aws:(iam|sts)::\d{12}:/);
    expect(identity.UserId).toBeTruthy();
  });

  behaves('an assumed role gives credentials for an hour', async (aws) => {
    const RoleArn = await createRole(aws);

    const assumed = await aws.client(STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit' }));

    expect(assumed.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
      SecretAccessKey: expect.stringMatching(/./),
      SessionToken: expect.stringMatching(/./),
    });
    const seconds = ((assumed.Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
    expect(Math.abs(seconds - 3600)).toBeLessThan(60);
    expect(assumed.AssumedRoleUser).toMatchObject({
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}:audit$/),
      Arn: `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/audit`,
    });
  });

  behaves('a role cannot be assumed for less than a quarter of an hour', async (aws) => {
    const RoleArn = await createRole(aws);

    const assume = aws
      .client(STSClient)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit', DurationSeconds: 899 }));

    await expect(assume).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  behaves('a role that does not exist cannot be assumed', async (aws) => {
    const RoleArn = (await createRole(aws)).replace(RoleName, 'nobody');

    const assume = aws.client(STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit' }));

    await expect(assume).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });
});
