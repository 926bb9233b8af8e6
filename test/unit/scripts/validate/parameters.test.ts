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
    expect(await findingsInTemplate(parameters, { Parameters: { Tell } })).toEqual(expected);
  });
});
