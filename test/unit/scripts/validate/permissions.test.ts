import { permissions } from '../../../../scripts/validate/permissions';
import { findingsInTemplate } from './bad-examples';

const roleAllowing = (statement: object) => ({
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ Statement: [{ Effect: 'Allow', ...statement }] }] } },
  },
});

describe('A policy statement', () => {
  it.each([
    { Action: 'ec2:DescribeInstances', Resource: '*' },
    { Action: ['ec2:StopInstances'], Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:ec2:::instance/*` } },
    {
      Action: 'iam:PassRole',
      Resource: 'x',
      Condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
    },
    { Action: 'sqs:SendMessage', Resource: '*', Principal: { Service: 'events.amazonaws.com' } },
  ])('that is exact is accepted (%#)', async (statement) => {
    expect(await findingsInTemplate(permissions, roleAllowing(statement))).toEqual([]);
  });

  it.each([
    [{ Action: 'ec2:*', Resource: 'x' }, 'Role: the action ec2:* is not exact'],
    [
      { Action: ['ec2:DescribeInstances', 'ec2:StopInstances'], Resource: ['*'] },
      'Role: ec2:StopInstances on "*"; name its resources, or give the reason in unscoped-actions.ts',
    ],
    [{ Action: 'iam:PassRole', Resource: 'x' }, 'Role: iam:PassRole without the condition iam:PassedToService'],
    [
      { Action: 'sqs:SendMessage', Resource: 'x', Principal: '*' },
      'Role: every principal is allowed, without a Condition',
    ],
    [
      { NotAction: 'ec2:StopInstances', Resource: 'x' },
      'Role: NotAction and NotResource allow actions and resources that are not listed',
    ],
  ])('that allows too much is found (%#)', async (statement, problem) => {
    expect(await findingsInTemplate(permissions, roleAllowing(statement))).toEqual([problem]);
  });
});
