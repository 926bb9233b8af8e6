import { checkActions } from '../../../../scripts/validate/action-reference';
import { findingsInTemplate } from './bad-examples';

const RESOURCE_TYPES: Record<string, string[]> = {
  'ec2:StopInstances': ['instance'],
  'ec2:DescribeInstances': [],
  'ec2:CreateTags': ['instance'],
  'states:SendTaskSuccess': [],
};
const reference = async (action: string) => RESOURCE_TYPES[action];

const findings = (statement: object) =>
  findingsInTemplate((project) => checkActions(project, reference), {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ Statement: [{ Effect: 'Allow', ...statement }] }] } },
    },
  });

describe('An action of a policy', () => {
  it.each([
    ['on a resource that AWS knows it for', { Action: 'ec2:StopInstances', Resource: 'instance' }],
    ['that AWS knows for everything only', { Action: ['ec2:DescribeInstances'], Resource: '*' }],
    ['that AWS scopes, though its list does not say so', { Action: 'states:SendTaskSuccess', Resource: 'machine' }],
    [
      'of a resource policy, which is about its own resource',
      { Action: 'ec2:StopInstances', Resource: '*', Principal: 'x' },
    ],
  ])('%s is accepted', async (_what, statement) => {
    expect(await findings(statement)).toEqual([]);
  });

  it.each([
    [{ Action: 'ec2:StopInstance', Resource: 'instance' }, 'Role: AWS has no action ec2:StopInstance'],
    [{ Action: 'ec3:StopInstances', Resource: '*', Principal: 'x' }, 'Role: AWS has no action ec3:StopInstances'],
    [
      { Action: ['ec2:DescribeInstances', 'ec2:CreateTags'], Resource: '*' },
      'Role: ec2:CreateTags on "*", though AWS knows it for instance',
    ],
    [
      { Action: 'ec2:DescribeInstances', Resource: ['instance'] },
      'Role: ec2:DescribeInstances on resources, though AWS knows it only for "*": no request would match',
    ],
  ])('that grants nothing, or too much, is found (%#)', async (statement, problem) => {
    expect(await findings(statement)).toEqual([problem]);
  });
});
