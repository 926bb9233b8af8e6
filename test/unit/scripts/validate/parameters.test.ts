import { parameters } from '../../../../scripts/validate/parameters';
import { findingsInTemplate } from './bad-examples';

const GOOD = { Type: 'String', Default: 'No', AllowedValues: ['Yes', 'No'], Description: 'Whether to tell people.' };

describe('A parameter', () => {
  it.each([
    [GOOD, []],
    [{ ...GOOD, Type: 'AWS::EC2::VPC::Id', AllowedValues: undefined }, []],
    [{ ...GOOD, Default: undefined }, ['the parameter Tell has no Default']],
    [{ ...GOOD, Description: 'tell people' }, ['the parameter Tell has no sentence as its Description']],
    [{ ...GOOD, AllowedValues: undefined }, [expect.stringContaining('the parameter Tell has no constraint')]],
  ])('says what may be given (%#)', async (Tell, expected) => {
    const Metadata = { 'AWS::CloudFormation::Interface': { ParameterGroups: [{ Parameters: ['Tell'] }] } };
    expect(await findingsInTemplate(parameters, { Metadata, Parameters: { Tell } })).toEqual(expected);
  });

  it('has a heading in the console', async () => {
    expect(await findingsInTemplate(parameters, { Parameters: { Tell: GOOD } })).toEqual([
      'the parameter Tell is not once in AWS::CloudFormation::Interface',
    ]);
  });
});
