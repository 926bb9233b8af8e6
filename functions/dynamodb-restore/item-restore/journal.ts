import type { Image } from './images';

/** An item that is going to be written: an entry of the journal. */
export interface Entry {
  keys: Image;
  /** What will be replaced; absent: there is no item. */
  before?: Image;
  /** What will be written; absent: the item is deleted. */
  after?: Image;
  /** True for an item that was written again after the window. */
  isConflict?: true;
}

/** Why a selected item is not written, or is but has to be told. */
export type Reason =
  | 'written after the window'
  | 'cannot be decided'
  | 'too many attributes'
  | 'expired'
  | 'changed while the run worked'
  | 'deleted without an answer'
  | 'refused by DynamoDB';

/** A selected item that is told with its images. */
export interface Listed {
  keys: Image;
  reason: Reason;
  /** At the window's start. */
  old?: Image;
  /** At the window's end. */
  new?: Image;
  /** As it was read last. */
  now?: Image;
  detail?: string;
}

/** What became of an entry of the journal. */
export type Outcome =
  /** The item is as the journal says. */
  { index: number; kind: 'restored' } | { index: number; kind: 'listed'; listed: Listed };
