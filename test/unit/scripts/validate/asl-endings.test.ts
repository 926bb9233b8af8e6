import { aslEndings } from '../../../../scripts/validate/asl-endings';
import { CATCH_ALL, FAIL, findingsInStates, TASK } from './bad-examples';

const BROKEN_TASK = { ...TASK, End: undefined, Next: 'Good?', Catch: [CATCH_ALL('Good?')] };
const CHOICE = { Type: 'Choice', Choices: [{ Condition: '{% $states.input.isGood %}', Next: 'Good' }], Default: 'Bad' };
const GOOD = { Type: 'Succeed' };

describe('The ways through a state machine', () => {
  it('may lead a failure to a Choice that can still fail', async () => {
    const states = { Stop: BROKEN_TASK, 'Good?': CHOICE, Good: GOOD, Bad: FAIL };

    expect(await findingsInStates(aslEndings, states)).toEqual([]);
  });

  it('reach every state', async () => {
    expect(await findingsInStates(aslEndings, { Good: GOOD, Stop: TASK })).toEqual(["'Stop' is never reached"]);
  });

  it('have an end', async () => {
    const states = { Stop: { ...TASK, End: undefined, Next: 'Again' }, Again: { Type: 'Pass', Next: 'Stop' } };

    expect(await findingsInStates(aslEndings, states)).toEqual(["'Stop' leads to no end", "'Again' leads to no end"]);
  });

  it('never turn a failure green', async () => {
    const states = { Stop: { ...BROKEN_TASK, Next: 'Bad', Catch: [CATCH_ALL('Good')] }, Good: GOOD, Bad: FAIL };

    expect(await findingsInStates(aslEndings, states)).toEqual([
      "'Stop' catches an error and succeeds in 'Good' without a Choice",
      "'Stop' catches an error that no Fail can end",
    ]);
  });

  it('hand a failure on, in the states of a map too', async () => {
    const Catch = [{ ...CATCH_ALL('Close'), Output: '{% $states.input %}' }];
    const ItemProcessor = { StartAt: 'Stop', States: { Stop: { ...BROKEN_TASK, Next: 'Close', Catch }, Close: TASK } };

    expect(await findingsInStates(aslEndings, { Groups: { Type: 'Map', ItemProcessor, End: true } })).toEqual([
      "'Stop' catches an error and does not hand it on to 'Close'",
    ]);
  });

  it('end in a Fail that says what failed', async () => {
    expect(await findingsInStates(aslEndings, { Bad: { Type: 'Fail', Error: 'Broken' } })).toEqual([
      "'Bad' fails without Cause",
    ]);
  });
});
