import { repeatedStatements } from '../../../../scripts/validate/repeated-statements';
import { findingsInTemplate } from './bad-examples';

const read = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::GetAtt': ['RunsTable', 'Arn'] } };
const roles = (count: number, statement: object) => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Role${index}`,
      { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [statement] } }] } },
    ]),
  ),
});

describe('A policy statement', () => {
  it('may stand in three places', async () => {
    expect(await findingsInTemplate(repeatedStatements, roles(3, read))).toEqual([]);
  });

  it('is shared when more functions need it', async () => {
    const findings = await findingsInTemplate(repeatedStatements, roles(4, read));
    expect(findings).toEqual([expect.stringContaining('the same statement stands in 4 places')]);
  });

  it('that says who may assume a role stands in each', async () => {
    const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
    expect(await findingsInTemplate(repeatedStatements, roles(4, trust))).toEqual([]);
  });
});
