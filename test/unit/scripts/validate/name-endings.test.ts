import { nameEndings } from '../../../../scripts/validate/name-endings';
import { findingsInTemplate } from './bad-examples';

const states = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}`;
const roleFor = (resource: string) => ({
  Resources: {
    NightlySchedule: { Type: 'AWS::Scheduler::Schedule', Properties: {} },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyDocument: { Statement: [{ Resource: { 'Fn::Sub': resource } }] } }] },
    },
  },
});

describe('An ARN pattern', () => {
  it.each([
    [`${states}:stateMachine:\${AWS::StackName}-backup`, 0],
    [`${states}:stateMachine:\${AWS::StackName}-backup/*`, 0],
    [`${states}:execution:\${AWS::StackName}-backup:*`, 0],
    [`${states}:schedule/*/\${AWS::StackName}-NightlySchedule-*`, 0],
    [`${states}:stateMachine:\${AWS::StackName}-*`, 1],
    [`${states}:stateMachine:\${AWS::StackName}-*-undo`, 1],
    [`${states}:execution:\${AWS::StackName}-backup*`, 1],
    [`${states}:execution:\${AWS::StackName}*`, 1],
  ])('%s has %d wildcards in the name', async (resource, count) => {
    const findings = await findingsInTemplate(nameEndings, roleFor(resource));
    expect(findings).toHaveLength(count);
    for (const finding of findings) expect(finding).toContain("also fits another stack's names");
  });
});
