import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { conformance } from './harness';

const RoleName = 'backup-role';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:CreateImage', Resource: '*' }],
});
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';

const role = (more: object = {}) => new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, ...more });

conformance('IAM', (behaves) => {
  behaves('a role comes back as it was created, its trust policy as URL-encoded JSON', async (aws) => {
    const iam = aws.client(IAMClient);
    await iam.send(role({ Path: '/service-role/', Description: 'for AWS Backup' }));

    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));

    expect(Role).toMatchObject({
      RoleName,
      Path: '/service-role/',
      Description: 'for AWS Backup',
      MaxSessionDuration: 3600,
      CreateDate: expect.any(Date),
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      Arn: expect.stringMatching(/^arn:aws:iam::\d{12}:role\/service-role\/backup-role$/),
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
  });

  behaves('a role that does not exist cannot be read', async (aws) => {
    const get = aws.client(IAMClient).send(new GetRoleCommand({ RoleName: 'nobody' }));

    await expect(get).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  behaves('the error about a missing role names it', async (aws) => {
    const get = aws.client(IAMClient).send(new GetRoleCommand({ RoleName: 'nobody' }));

    await expect(get).rejects.toMatchObject({ message: 'The role with name nobody cannot be found.' });
  });

  behaves('a role cannot be created twice', async (aws) => {
    const iam = aws.client(IAMClient);
    await iam.send(role());

    await expect(iam.send(role())).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: `Role with name ${RoleName} already exists.`,
      $metadata: { httpStatusCode: 409 },
    });
  });

  behaves('a role needs a trust policy that is JSON', async (aws) => {
    const create = aws.client(IAMClient).send(role({ AssumeRolePolicyDocument: '{' }));

    await expect(create).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  behaves("a role's name has no blanks", async (aws) => {
    const create = aws.client(IAMClient).send(role({ RoleName: 'backup role' }));

    await expect(create).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  behaves('an inline policy is listed by its name and read as URL-encoded JSON', async (aws) => {
    const iam = aws.client(IAMClient);
    await iam.send(role());
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'images', PolicyDocument: POLICY }));

    const { PolicyNames, IsTruncated } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'images' }));

    expect(PolicyNames).toEqual(['images']);
    expect(IsTruncated).toBe(false);
    expect(policy).toMatchObject({ RoleName, PolicyName: 'images' });
    expect(JSON.parse(decodeURIComponent(policy.PolicyDocument ?? ''))).toEqual(JSON.parse(POLICY));
  });

  behaves('an inline policy that does not exist cannot be read', async (aws) => {
    const iam = aws.client(IAMClient);
    await iam.send(role());

    const get = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'none' }));

    await expect(get).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role policy with name none cannot be found.',
    });
  });

  behaves('a policy of AWS is attached once, however often it is asked for', async (aws) => {
    const iam = aws.client(IAMClient);
    await iam.send(role());
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: MANAGED }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: MANAGED }));

    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));

    expect(AttachedPolicies).toEqual([{ PolicyArn: MANAGED, PolicyName: 'AWSBackupServiceRolePolicyForBackup' }]);
  });

  behaves('roles are listed by path, page by page', async (aws) => {
    const iam = aws.client(IAMClient);
    for (const name of ['c', 'a', 'b']) await iam.send(role({ RoleName: name, Path: '/mine/' }));
    await iam.send(role({ RoleName: 'other' }));

    const pages: (string | undefined)[][] = [];
    for await (const { Roles } of paginateListRoles({ client: iam, pageSize: 2 }, { PathPrefix: '/mine/' }))
      pages.push((Roles ?? []).map(({ RoleName: name }) => name));

    expect(pages.map((names) => names.length)).toEqual([2, 1]);
    expect(pages.flat().sort()).toEqual(['a', 'b', 'c']);
  });
});
