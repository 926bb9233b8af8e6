import { inputOf, open, overwritten, TABLE, WORKFLOW, worldOf } from '../../../scenarios/item-restore/items';
import type { Simulation } from '../../../scenarios/simulation';

/** What somebody does to the table between the question and the yes, and what the run says then. */
const CHANGES: [string, (simulation: Simulation) => void, cause: string][] = [
  [
    'became a global table',
    ({ region }) => region.dynamodb.tables.get(TABLE)?.replicaRegions.push('eu-central-1'),
    'became a global table since the run began',
  ],
  [
    'was replaced by one with the same items',
    ({ region }) => region.dynamodb.load(worldOf([overwritten('within')]).tables ?? []),
    'is another one than when the run began',
  ],
  ['was deleted', ({ region }) => region.dynamodb.tables.delete(TABLE), 'is gone, and was there when the run began'],
];

describe('While the approval of an undo is asked for', () => {
  let simulation: Simulation;
  beforeEach(async () => {
    simulation = await open();
  });
  afterEach(() => simulation.close());

  it.each(CHANGES)('a table that %s gets no writes', async (_what, change, cause) => {
    // Prepare
    const execution = simulation.start(WORKFLOW, inputOf());
    const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL'));
    await simulation.account.clock.runUntil(isAsked, 86_400);
    const items = () => JSON.stringify(simulation.region.dynamodb.tables.get(TABLE)?.items);

    // Act
    change(simulation);
    const before = items();
    await simulation.finish(execution);

    // Assess
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableNotAsBeforeError' });
    expect(execution.cause).toContain(cause);
    expect(items()).toBe(before);
  });
});
