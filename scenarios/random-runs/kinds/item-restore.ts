import { cleanRun, killsReconciler } from '../../fault-matrix';
import { brokenBy } from '../../item-restore/faults';
import {
  cameAndWent,
  inputOf,
  inserted,
  MIXED,
  open,
  overwritten,
  type Past,
  rewritten,
  WORKFLOW,
} from '../../item-restore/items';
import type { Choices, Kind } from '../situation';

/** Inserts are what a restore deletes. */
const MORE: Past[] = [
  ...['x', 'y', 'z'].map((sku) => overwritten(sku)),
  ...['n1', 'n2', 'n3', 'n4', 'n5'].map((sku) => inserted(sku)),
  cameAndWent('v'),
  rewritten('w'),
];

/** A window of bad writes, often while an application writes the same items. */
export const ITEM_RESTORES: Kind[] = [
  {
    workflow: WORKFLOW,
    name: 'a window of bad writes',
    clean: () =>
      cleanRun(
        'dynamodb-restore/item-restore',
        () => open(),
        (simulation) => simulation.start(WORKFLOW, inputOf({ OnConflict: 'Merge' })),
      ),
    choose: (pick) => ({
      ...pick<Choices>([{}, { OnConflict: 'Overwrite' }, { OnConflict: 'Merge' }, { OnConflict: 'Fail' }]),
      ...pick<Choices>([{}, { MaxWritesPerSecond: 1 }, { MaxWritesPerSecond: 3 }]),
      ...pick<Choices>([{}, { isBusy: true }, { isBusy: true }]),
      ...pick<Choices>([{}, { hasMore: true }]),
      ...pick<Choices>([{}, {}, { abortedAtWrite: pick([1, 2, 3, 5, 8]) }]),
    }),
    isExcepted: killsReconciler,
    brokenBy: ({ choices, stop, ...trial }) => {
      const { isBusy = false, hasMore, abortedAtWrite, ...input } = choices;
      return brokenBy({
        ...trial,
        pasts: hasMore ? [...MIXED, ...MORE] : MIXED,
        input,
        isBusy: Boolean(isBusy),
        ...(stop && { stop }),
        ...(abortedAtWrite && !stop && { abortedAt: { write: Number(abortedAtWrite) } }),
      });
    },
  },
];
