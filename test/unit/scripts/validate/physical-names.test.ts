import { physicalNames } from '../../../../scripts/validate/physical-names';
import { findingsInTemplate } from './bad-examples';

const tableWith = (Properties: object) => ({ Resources: { Runs: { Type: 'AWS::DynamoDB::Table', Properties } } });

describe('The name of a resource', () => {
  it.each([
    [{}, []],
    [{ TableName: { 'Fn::Sub': `\${AWS::StackName}-runs` } }, []],
    [{ TableName: 'runs' }, [`Runs: TableName must contain \${AWS::StackName} or be left out`]],
    [{ KmsKey: 'arn:aws:kms:eu-west-1::key/1' }, ['arn:aws:kms:eu-west-1::key/1 names a partition or an account']],
    [{ Tags: [{ Value: '123456789012' }] }, ['123456789012 names a partition or an account']],
  ])('lets several stacks live side by side (%#)', async (properties, expected) => {
    expect(await findingsInTemplate(physicalNames, tableWith(properties))).toEqual(expected);
  });
});
