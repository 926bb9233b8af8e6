import { Account } from '../../../account';

const builder = { principalArn: 'arn:aws:iam::111122223333:role/Builder', accountId: '111122223333' };

let account: Account;

function trusting(principal: object): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
}

beforeEach(() => {
  account = new Account({ seed: 1 });
  const { iam } = account.region();
  iam.CreateRole({ RoleName: 'Builder', AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }) });
  iam.CreateRole({ RoleName: 'Target', AssumeRolePolicyDocument: trusting({ AWS: builder.principalArn }) });
});

afterEach(() => account.close());

test('a caller learns its account and its assumed role', () => {
  const { sts } = account.region();

  expect(sts.GetCallerIdentity({}, account.root)).toMatchObject({ Arn: 'arn:aws:iam::111122223333:root' });
  expect(sts.GetCallerIdentity({}, builder)).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:sts::111122223333:assumed-role/Builder/Builder',
  });
});

test('GetCallerIdentity needs no permission', () => {
  expect(account.region().sts.access('GetCallerIdentity', {})).toEqual([]);
});

test('the credentials of an assumed role lead back to it in every region', () => {
  const { sts } = account.region();

  const output = sts.AssumeRole({ RoleArn: 'arn:aws:iam::111122223333:role/Target', RoleSessionName: 'copy' }, builder);
  const caller = account.region('eu-central-1').sts.sessionOf(output.Credentials?.AccessKeyId ?? '')?.caller;

  expect(output.AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/Target/copy');
  expect(output.Credentials?.Expiration).toEqual(new Date('2026-11-20T23:00:00Z'));
  expect(caller).toEqual({ principalArn: 'arn:aws:iam::111122223333:role/Target', accountId: '111122223333' });
});

test.each([
  ['nothing-valid-in-here', 'copy', 'nothing-valid-in-here is invalid'],
  ['arn:aws:iam::111122223333:', 'copy', 'arn:aws:iam::111122223333: is invalid'],
  ['arn:aws:iam::111122223333:role/Target', 'a:b', "Value 'a:b' at 'roleSessionName'"],
])('no session is made of %s and %s', (RoleArn, RoleSessionName, message) => {
  expect(() => account.region().sts.AssumeRole({ RoleArn, RoleSessionName }, builder)).toThrow(message);
});

test.each([
  ['a role that trusts another principal', 'arn:aws:iam::111122223333:role/Builder'],
  ['a role that does not exist', 'arn:aws:iam::111122223333:role/Nobody'],
])('%s cannot be assumed', (_what, RoleArn) => {
  const { sts } = account.region();

  expect(() => sts.AssumeRole({ RoleArn, RoleSessionName: 'copy' }, builder)).toThrow(
    expect.objectContaining({ code: 'AccessDenied', status: 403 }),
  );
});
