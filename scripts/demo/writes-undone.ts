import { defaultWorld, exampleInput, type Simulation, type Started } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { type Scene, unmet } from './scene';

const WORKFLOW = 'dynamodb-item-restore';
const TABLE = 'Products';
const world = defaultWorld(WORKFLOW);

type Item = Record<string, unknown>;

/** The order of attributes is no matter. */
function asText(item: Item | undefined): string {
  return JSON.stringify(Object.entries(item ?? {}).sort(([left], [right]) => left.localeCompare(right)));
}

function itemsIn({ tables }: World): Map<string, Item> {
  const table = tables?.find(({ TableName }) => TableName === TABLE);
  return new Map((table?.Items ?? []).map((item) => [String(item.Sku), item]));
}

/** The items that the job touched: it marked what it wrote, and deleted two. */
const bad = [...itemsIn(world).values()].filter(({ Batch }) => Batch === 'reprice-17');
const BAD_ITEMS = bad.length + 2;

/** What the run made of the items, kept while the run that undoes it follows. */
let restored: Map<string, Item> = new Map();

/** A job damages twelve items among good ones; three of them are changed again since. They are restored, and that is undone. */
export const writesUndone: Scene = {
  workflow: WORKFLOW,
  announcement: `A job has overwritten, inserted and deleted ${BAD_ITEMS} items of a table in one minute, and three of them were changed again since. They are put back in the live table, what was changed since stays, and a second run takes all of that back.`,
  world,
  input: exampleInput(WORKFLOW),
  meanwhile(simulation: Simulation, execution: Started) {
    simulation.account.observer.observe(({ what, subject }) => {
      if (what !== 'history' || subject !== execution.arn || execution.status !== 'SUCCEEDED' || restored.size > 0)
        return;
      restored = itemsIn(simulation.world());
      const { Journal } = JSON.parse(execution.output ?? '{}') as { Journal: string };
      simulation.start(WORKFLOW, { TableName: TABLE, Source: { Journal } }, 'undo');
    });
  },
  comparisons(result) {
    const before = itemsIn(world);
    const isMarked = ({ Batch }: Item) => Batch === 'reprice-17';
    const same = [...before].filter(([sku, item]) => asText(restored.get(sku)) === asText(item));
    return [
      `After the first run: ${[...restored.values()].filter(isMarked).length} of ${BAD_ITEMS} bad items are left, ${same.length} others are as before, and Stock of P-006 is ${restored.get('P-006')?.Stock}, as it was set since.`,
      `After the second: ${[...itemsIn(result.world)].filter(([sku, item]) => asText(before.get(sku)) === asText(item)).length} of ${before.size} items are again as the job and its successors left them.`,
    ];
  },
  check(result) {
    const before = itemsIn(world);
    const after = itemsIn(result.world);
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'A bad item was left.':
        ![...restored.values()].some(({ Batch }) => Batch === 'reprice-17') && !restored.has('P-901'),
      'A deleted item did not come back.': restored.get('P-009')?.Price === 65 && restored.get('P-010')?.Price === 70,
      'A change since was lost.':
        restored.get('P-006')?.Stock === 99 &&
        restored.get('P-007')?.Price === 44 &&
        restored.get('P-008')?.Name === 'Large rug',
      'The undo did not give back what was there.':
        after.size === before.size && [...before].every(([sku, item]) => asText(after.get(sku)) === asText(item)),
    });
  },
};
