import { aslNames } from '../../../../scripts/validate/asl-names';
import { findingsInStates, TASK } from './bad-examples';

describe('The name of a state', () => {
  it.each([
    ['Stop Instances', TASK, []],
    ['stopInstances', TASK, ["'stopInstances' is not in Title Case"]],
    ['Stop instances', TASK, ["'Stop instances' is not in Title Case"]],
    ['Stopped?', TASK, [`'Stopped?' is not a Choice, and its name ends in "?"`]],
    ['Stopped', { Type: 'Choice' }, [`'Stopped' is a Choice, and its name does not end in "?"`]],
  ])('%s', async (name, state, expected) => {
    expect(await findingsInStates(aslNames, { [name]: state })).toEqual(expected);
  });
});
