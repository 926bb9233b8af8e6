import { lockModel } from '../../docs/models/lock';
import { check } from '../../scenarios/models/checker';
import { replayLock } from '../../scenarios/models/replay-lock';

/** `npm run models` looks 14 steps far, and replays 1,000 traces. */
const DEPTH = 9;
const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1);

describe('The model of locks and records', () => {
  it('has one writer for each target, and leaves no lock that another run cannot take', () => {
    expect(check(lockModel, DEPTH).counterexample).toBeUndefined();
  });

  it.each(lockModel.bugs)('breaks when %s', (bug) => {
    expect(check(lockModel, 12, bug).counterexample).toEqual(expect.any(Array));
  });

  it('is what the functions do in the account, call by call', async () => {
    expect(await replayLock(SEEDS)).toEqual([]);
  });
});
