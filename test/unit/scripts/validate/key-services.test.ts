import { keyServices } from '../../../../scripts/validate/key-services';
import { findingsInTemplate } from './bad-examples';

const role = (services: unknown) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ Statement: [{ Condition: { StringLike: { 'kms:ViaService': services } } }] }] },
});

describe('A service that uses a key in the caller’s name', () => {
  it.each([
    [['dynamodb.*.amazonaws.com', 'dynamodb.*.amazonaws.com.cn'], []],
    [[{ 'Fn::Sub': 'sns.x.amazonaws.com' }, { 'Fn::Sub': 'sns.x.amazonaws.com.cn' }], []],
    ['dynamodb.*.amazonaws.com', ['Role names a service in kms:ViaService without .amazonaws.com.cn']],
  ])('is named with the suffixes of all partitions (%#)', async (services, findings) => {
    expect(await findingsInTemplate(keyServices, { Resources: { Role: role(services) } })).toEqual(findings);
  });
});
