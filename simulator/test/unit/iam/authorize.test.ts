// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like that

import { Account } from '../../../account';
import { AwsError } from '../../../errors';
import { authorize, serviceMay, serviceMayAssume, unusedGrants } from '../../../iam/authorize';
import { resourcePolicies } from '../../../iam/resource-policies';
import type { Access, Caller } from '../../../service';
import { putRoles, roleArn, trusting } from './roles';

describe('The authorization of a request', () => {
  let account: Account;
  const vault = 'arn:aws:backup:eu-west-1:111122223333:backup-vault:Default';
  const topic = 'arn:aws:sns:eu-west-1:111122223333:topic';

  beforeEach(() => {
    account = new Account({ seed: 1 });
  });
  afterEach(() => account.close());

  const caller = (name = 'Builder'): Caller => ({ principalArn: roleArn(account, name), accountId: account.id });
  const withPolicy = (...Statement: object[]) => putRoles(account, { Builder: { inline: { Inline: { Statement } } } });
  const refusal = (access: Access, who = caller()): AwsError | undefined => {
    try {
      authorize(account, who, [access]);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  };
  const isAllowed = (access: Access, who = caller()) => refusal(access, who) === undefined;

  it('lets the owner of the account do anything', () => {
    expect(isAllowed({ action: 'backup:StartBackupJob', resource: vault }, { ...caller(), principalArn: 'root' })).toBe(
      true,
    );
  });

  it('refuses what no policy allows, in the words of AWS', () => {
    // Prepare
    withPolicy({ Effect: 'Allow', Action: 'backup:DescribeBackupJob', Resource: '*' });

    // Act
    const error = refusal({ action: 'backup:StartBackupJob', resource: vault });

    // Assess
    expect(error).toMatchObject({
      code: 'AccessDeniedException',
      status: 403,
      message: `User: arn:aws:sts::111122223333:assumed-role/Builder/Builder is not authorized to perform: backup:StartBackupJob on resource: ${vault} because no identity-based policy allows the backup:StartBackupJob action`,
    });
  });

  it('lets an explicit denial win', () => {
    withPolicy(
      { Effect: 'Allow', Action: 'backup:*', Resource: '*' },
      { Effect: 'Deny', Action: 'backup:Delete*', Resource: '*' },
    );

    expect(isAllowed({ action: 'backup:StartBackupJob', resource: vault })).toBe(true);
    expect(refusal({ action: 'backup:DeleteRecoveryPoint', resource: vault })?.message).toContain(
      'with an explicit deny in an identity-based policy',
    );
  });

  it.each([
    ['ec2:StopInstances', 'UnauthorizedOperation', 403],
    ['iam:GetRole', 'AccessDenied', 403],
    ['dynamodb:PutItem', 'AccessDeniedException', 400],
    ['sns:Publish', 'AuthorizationError', 403],
  ])('answers a refused %s with %s', (action, code, status) => {
    withPolicy();

    expect(refusal({ action, resource: '*' })).toMatchObject({ code, status });
  });

  it('takes the error code of the operation for everything that the operation needs', () => {
    // Prepare
    withPolicy({ Effect: 'Allow', Action: 'backup:StartBackupJob', Resource: '*' });
    const access = [
      { action: 'backup:StartBackupJob', resource: vault },
      { action: 'iam:PassRole', resource: roleArn(account, 'Backup') },
    ];

    // Act and assess
    expect(() => authorize(account, caller(), access)).toThrow(
      expect.objectContaining({ code: 'AccessDeniedException', message: expect.stringContaining('iam:PassRole') }),
    );
  });

  it.each([
    ['a wildcard in the action, whatever its case', { Action: 'BACKUP:start*', Resource: '*' }, true],
    ['a wildcard in the resource', { Action: 'backup:*', Resource: 'arn:aws:backup:*:*:backup-vault:D?fault' }, true],
    ['another resource', { Action: 'backup:*', Resource: `${vault}2` }, false],
    ['NotAction', { NotAction: 'iam:*', Resource: '*' }, true],
    ['NotAction that names the action', { NotAction: ['iam:*', 'backup:*'], Resource: '*' }, false],
    ['NotResource', { Action: '*', NotResource: `${vault}2` }, true],
    ['NotResource that names the resource', { Action: '*', NotResource: vault }, false],
    [
      'a variable in the resource',
      { Action: '*', Resource: 'arn:aws:backup:eu-west-1:${aws:PrincipalAccount}:*' },
      true,
    ],
    ['a variable that the request lacks', { Action: '*', Resource: '${aws:PrincipalTag/Vault}' }, false],
    ['a variable with a default', { Action: '*', Resource: "${aws:PrincipalTag/Vault, '*'}" }, true],
  ])('understands %s', (_what, statement, expected) => {
    withPolicy({ Effect: 'Allow', ...statement });

    expect(isAllowed({ action: 'backup:StartBackupJob', resource: vault })).toBe(expected);
  });

  it('does not let a named resource cover an action that knows no resources', () => {
    withPolicy({
      Effect: 'Allow',
      Action: 'ec2:DescribeInstances',
      Resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/*',
    });

    expect(isAllowed({ action: 'ec2:DescribeInstances', resource: '*' })).toBe(false);
  });

  const context = {
    'iam:PassedToService': 'backup.amazonaws.com',
    'ssm:resourceTag/Owner': 'Team-A',
    'aws:TagKeys': ['Owner', 'Cost'],
    'test:Number': '7',
    'test:Flag': 'true',
    'test:Arn': 'arn:aws:sns:eu-west-1:111122223333:topic:sub',
  };
  it.each([
    [{ StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'backup.amazonaws.com'] } }, true],
    [{ StringEquals: { 'IAM:passedtoservice': 'Backup.amazonaws.com' } }, false],
    [{ StringEqualsIgnoreCase: { 'iam:PassedToService': 'Backup.amazonaws.com' } }, true],
    [{ StringNotEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'backup.amazonaws.com'] } }, false],
    [{ StringNotEquals: { 'test:Missing': 'x' } }, true],
    [{ StringEquals: { 'test:Missing': 'x' } }, false],
    [{ StringEqualsIfExists: { 'test:Missing': 'x' } }, true],
    [{ StringLike: { 'ssm:resourceTag/Owner': 'Team-?' } }, true],
    [{ StringNotLike: { 'ssm:resourceTag/Owner': 'Team-*' } }, false],
    [{ StringLike: { 'iam:PassedToService': '*' }, NumericLessThan: { 'test:Number': '7' } }, false],
    [{ NumericLessThanEquals: { 'test:Number': '7' } }, true],
    [{ NumericNotEquals: { 'test:Number': '7' } }, false],
    [{ Bool: { 'test:Flag': true } }, true],
    [{ Null: { 'test:Missing': 'true', 'test:Flag': 'false' } }, true],
    [{ Null: { 'test:Flag': 'true' } }, false],
    [{ ArnLike: { 'test:Arn': 'arn:aws:sns:*:111122223333:topic:*' } }, true],
    [{ ArnEquals: { 'test:Arn': 'arn:aws:sns:*:topic:sub' } }, false],
    [{ ArnNotLike: { 'test:Arn': 'arn:aws:sqs:*:*:*' } }, true],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, true],
    [{ DateLessThan: { 'aws:EpochTime': '1700000000' } }, false],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Owner', 'Cost', 'Name'] } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Owner'] } }, false],
    [{ 'ForAllValues:StringEquals': { 'test:Missing': ['Owner'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['Cost'] } }, true],
    [{ 'ForAnyValue:StringLike': { 'test:Missing': ['*'] } }, false],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:ResourceAccount': '${aws:PrincipalAccount}' } }, true],
  ])('evaluates the condition %j to %s', (Condition, expected) => {
    withPolicy({ Effect: 'Allow', Action: '*', Resource: '*', Condition });

    expect(isAllowed({ action: 'sns:Publish', resource: topic, context })).toBe(expected);
  });

  it('ends the run over a condition operator that it does not know', () => {
    withPolicy({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    });

    const request = { action: 'sns:Publish', resource: topic, context: { 'aws:SourceIp': '10.0.0.1' } };

    expect(() => refusal(request)).toThrow('IpAddress is not simulated');
  });

  it('ends the run over a role that does not exist and a managed policy that it does not know', () => {
    putRoles(account, { Builder: { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] } });

    expect(() => refusal({ action: 'sns:Publish', resource: topic })).toThrow('AdministratorAccess is not simulated');
    expect(() => refusal({ action: 'sns:Publish', resource: topic }, caller('Nobody'))).toThrow('does not exist');
  });

  it('asks again when the policies have changed', () => {
    // Prepare
    withPolicy({ Effect: 'Allow', Action: 'sns:Publish', Resource: topic });
    const before = isAllowed({ action: 'sns:Publish', resource: topic });

    // Act
    withPolicy();

    // Assess
    expect([before, isAllowed({ action: 'sns:Publish', resource: topic })]).toEqual([true, false]);
  });

  it('asks again as time passes when a policy depends on the time', async () => {
    // Prepare
    withPolicy({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-20T22:10:00Z' } },
    });
    const before = isAllowed({ action: 'sns:Publish', resource: topic });

    // Act
    await account.clock.runUntil(account.clock.sleep(3600), 7200);

    // Assess
    expect([before, isAllowed({ action: 'sns:Publish', resource: topic })]).toEqual([true, false]);
  });

  describe('A policy on a resource', () => {
    it('lets a service act only for the source that the policy names', () => {
      // Prepare
      resourcePolicies(account).addStatement(topic, {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/good*' } },
      });
      const ask = (service: string, rule: string) =>
        serviceMay(
          account,
          service,
          { action: 'sns:Publish', resource: topic },
          `arn:aws:events:eu-west-1:111122223333:rule/${rule}`,
        );

      // Act and assess
      expect(ask('events.amazonaws.com', 'good-rule')).toBe(true);
      expect(ask('events.amazonaws.com', 'bad-rule')).toBe(false);
      expect(ask('backup.amazonaws.com', 'good-rule')).toBe(false);
    });

    it('lets another account in only through the policy of the resource', () => {
      // Prepare
      const stranger = { principalArn: 'arn:aws:iam::999988887777:role/Other', accountId: '999988887777' };
      resourcePolicies(account).addStatement(topic, {
        Sid: 'Organisation',
        Effect: 'Allow',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      });
      const access = { action: 'sns:Publish', resource: topic };

      // Act and assess
      expect(isAllowed(access, { ...stranger, organizationId: 'o-1' })).toBe(true);
      expect(isAllowed(access, { ...stranger, organizationId: 'o-2' })).toBe(false);
      expect(refusal(access, stranger)?.message).toContain('because no resource-based policy allows');
    });

    it('lets a denial of the resource win over the identity', () => {
      withPolicy({ Effect: 'Allow', Action: '*', Resource: '*' });
      resourcePolicies(account).addStatement(topic, { Effect: 'Deny', Principal: '*', Action: '*', Resource: topic });

      expect(isAllowed({ action: 'sns:Publish', resource: topic })).toBe(false);
    });
  });

  it('lets a role be assumed only by the service that it trusts', () => {
    putRoles(account, { Target: { trust: trusting('events.amazonaws.com') } });

    expect(serviceMayAssume(account, 'events.amazonaws.com', roleArn(account, 'Target'))).toBe(true);
    expect(serviceMayAssume(account, 'scheduler.amazonaws.com', roleArn(account, 'Target'))).toBe(false);
    expect(serviceMayAssume(account, 'events.amazonaws.com', roleArn(account, 'Nobody'))).toBe(false);
  });

  it('reports the grants that no request has needed', () => {
    // Prepare
    putRoles(account, {
      Builder: {
        inline: {
          Inline: {
            Statement: [
              {
                Sid: 'Jobs',
                Effect: 'Allow',
                Action: ['backup:StartBackupJob', 'backup:StopBackupJob'],
                Resource: '*',
              },
              { Effect: 'Allow', Action: ['logs:CreateLogDelivery', 'sns:Pub*'], Resource: '*' },
            ],
          },
        },
        attached: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'],
      },
    });

    // Act
    authorize(account, caller(), [{ action: 'backup:StartBackupJob', resource: vault }]);

    // Assess
    const common = { roleArn: roleArn(account, 'Builder'), policy: 'Builder/Inline' };
    expect(unusedGrants(account)).toEqual([
      { ...common, statement: 'Jobs', action: 'backup:StopBackupJob' },
      { ...common, statement: 'statement 2', action: 'sns:Pub*' },
    ]);
  });
});
