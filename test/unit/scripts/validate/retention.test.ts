import { retention } from '../../../../scripts/validate/retention';
import { findingsInTemplate } from './bad-examples';

describe('What outlives the stack', () => {
  it.each([
    [{ Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }, []],
    [
      { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' },
      ['Data holds data and its UpdateReplacePolicy is not Retain'],
    ],
    [
      { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
      ['Data holds data and its DeletionPolicy is not RetainExceptOnCreate'],
    ],
    [{ Type: 'AWS::Logs::LogGroup' }, ['Data has no RetentionInDays']],
  ])('is said for everything that holds data (%#)', async (Data, expected) => {
    expect(await findingsInTemplate(retention, { Resources: { Data } })).toEqual(expected);
  });
});
