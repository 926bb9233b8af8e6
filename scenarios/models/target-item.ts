/** Where the target is that a run of docs/models/lock.ts writes to: an item beside the records. */
export const TARGET_ITEM = 'target';
