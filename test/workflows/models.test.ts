import { lockModel } from '../../docs/models/lock';
import { swapModel } from '../../docs/models/swap';
import { waitModel } from '../../docs/models/wait';
import { check, type Model } from '../../scenarios/models/checker';
import { replayLock } from '../../scenarios/models/replay-lock';
import { replaySwap } from '../../scenarios/models/replay-swap';
import { replayWait } from '../../scenarios/models/replay-wait';

/** `npm run models` looks 14 steps far, and replays 1,000 traces of each. */
const DEPTH = 9;
/** In trace 236 of a wait a look begins one step after the start: its heartbeat is due only if steps are long enough. */
const SEEDS = [...Array.from({ length: 8 }, (_, index) => index + 1), 236];

const MODELS = [
  { of: 'locks and records', model: lockModel as Model<unknown>, replay: replayLock },
  { of: 'a wait', model: waitModel as Model<unknown>, replay: replayWait },
  { of: 'a swap', model: swapModel as Model<unknown>, replay: replaySwap, wholeDepth: 60 },
];

describe.each(MODELS)('The model of $of', ({ model, replay, wholeDepth }) => {
  it('keeps what it promises in every state', () => {
    expect(check(model, wholeDepth ?? DEPTH).counterexample).toBeUndefined();
  });

  it.each(model.bugs)('breaks when %s', (bug) => {
    expect(check(model, wholeDepth ?? 12, bug).counterexample).toEqual(expect.any(Array));
  });

  it('is what the functions do in the account, call by call', async () => {
    expect(await replay(SEEDS)).toEqual([]);
  });
});
