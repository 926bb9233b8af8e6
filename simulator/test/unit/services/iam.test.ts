import { Account } from '../../../account';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:StopInstances', Resource: '*' }] };

let account: Account;

beforeEach(() => {
  account = new Account({ seed: 1 });
});

afterEach(() => account.close());

test('a role answers with its trust policy URL-encoded', () => {
  const { iam } = account.region();

  const created = iam.CreateRole({ RoleName: 'Builder', Path: '/stack/', AssumeRolePolicyDocument: trust }).Role;
  const read = iam.GetRole({ RoleName: 'Builder' }).Role;

  expect(created?.Arn).toBe('arn:aws:iam::111122223333:role/stack/Builder');
  expect(decodeURIComponent(read?.AssumeRolePolicyDocument ?? '')).toBe(trust);
});

test('roles are the same in every region', () => {
  account.region('eu-central-1').iam.CreateRole({ RoleName: 'Builder', AssumeRolePolicyDocument: trust });

  expect(
    account
      .region()
      .iam.ListRoles({})
      .Roles?.map(({ RoleName }) => RoleName),
  ).toEqual(['Builder']);
});

test('inline and attached policies are kept, and every change raises the revision', () => {
  const { iam } = account.region();
  const { Arn = '' } = iam.CreateRole({ RoleName: 'Builder', AssumeRolePolicyDocument: trust }).Role ?? {};
  const before = iam.revision;

  iam.PutRolePolicy({ RoleName: 'Builder', PolicyName: 'Stop', PolicyDocument: JSON.stringify(policy) });
  iam.AttachRolePolicy({ RoleName: 'Builder', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });

  expect(iam.policiesOf(Arn)).toEqual([policy]);
  expect(iam.ListRolePolicies({ RoleName: 'Builder' }).PolicyNames).toEqual(['Stop']);
  expect(decodeURIComponent(iam.GetRolePolicy({ RoleName: 'Builder', PolicyName: 'Stop' }).PolicyDocument ?? '')).toBe(
    JSON.stringify(policy),
  );
  expect(iam.ListAttachedRolePolicies({ RoleName: 'Builder' }).AttachedPolicies).toEqual([
    { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', PolicyName: 'ReadOnlyAccess' },
  ]);
  expect(iam.revision).toBeGreaterThan(before);
});

test.each([
  ['text that is no ARN', 'ReadOnlyAccess', 'Invalid ARN:  Could not be parsed!'],
  ['a policy that no stack made', 'arn:aws:iam::111122223333:policy/none', 'does not exist or is not attachable'],
])('%s is not attached to a role', (_what, PolicyArn, message) => {
  const { iam } = account.region();
  iam.CreateRole({ RoleName: 'Other', AssumeRolePolicyDocument: '{}' });

  expect(() => iam.AttachRolePolicy({ RoleName: 'Other', PolicyArn })).toThrow(message);
});

test('a trust policy has to be JSON', () => {
  const { iam } = account.region();
  const create = () => iam.CreateRole({ RoleName: 'Other', AssumeRolePolicyDocument: '{"Statement":[],}' });

  expect(create).toThrow('This policy contains invalid Json');
});

test('what does not exist is NoSuchEntity with status 404', () => {
  const { iam } = account.region();
  const missing = expect.objectContaining({ code: 'NoSuchEntity', status: 404 });

  expect(() => iam.GetRole({ RoleName: 'Nobody' })).toThrow(missing);
  expect(() => iam.PutRolePolicy({ RoleName: 'Nobody', PolicyName: 'P', PolicyDocument: '{}' })).toThrow(missing);
});

test('a role cannot be created twice, nor with a policy that is no JSON', () => {
  const { iam } = account.region();
  iam.CreateRole({ RoleName: 'Builder', AssumeRolePolicyDocument: trust });

  expect(() => iam.CreateRole({ RoleName: 'Builder', AssumeRolePolicyDocument: trust })).toThrow(
    expect.objectContaining({ code: 'EntityAlreadyExists', status: 409 }),
  );
  expect(() => iam.CreateRole({ RoleName: 'Other', AssumeRolePolicyDocument: '{' })).toThrow(
    expect.objectContaining({ code: 'MalformedPolicyDocument' }),
  );
});

test('roles of a world come back in its form', () => {
  const { iam } = account.region();
  const roles = [{ RoleName: 'Backup', Path: '/', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] }];

  iam.load({ roles });

  expect(iam.snapshot()).toEqual({ roles });
  expect(iam.exists('arn:aws:iam::111122223333:role/Backup')).toBe(true);
  expect(iam.exists('arn:aws:iam::111122223333:role/other/Backup')).toBe(false);
});
