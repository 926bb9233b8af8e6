import { brokenBySwap } from '../../../scenarios/dynamodb-restore/invariants';
import { PEOPLE, STATES } from '../../../scenarios/dynamodb-restore/people';

describe.each(PEOPLE)('Beside $name', (person) => {
  it.each(STATES)('a swap keeps its promises, from %s on', async (state) => {
    expect(await brokenBySwap({ visit: { person, state, afterSeconds: 0 } })).toEqual([]);
  });
});
