import type { ExportRecord } from './export-records';
import { type Image, isSameImage } from './images';
import type { ExportPlan, Period } from './windows';

/** What the writes of a window did to one item. */
export interface Change {
  keys: Image;
  /** The item at the window's start; absent: there was none. */
  old?: Image;
  /** The item at the window's end; absent: there is none. */
  new?: Image;
  /** The last write in the window, microseconds since 1970. */
  writtenAt: number;
}

export type Finding =
  | { kind: 'changed'; change: Change }
  /** The window left the item as it was. */
  | { kind: 'unchanged' }
  /** The item was not written in the window. */
  | { kind: 'outside' }
  /** Whether, or how, the window changed the item cannot be seen: nothing may be written to it. */
  | { kind: 'undecidable'; writtenAt: number };

/** What the records of one item, at most one of each export, say about the window. */
export function findChange(records: ExportRecord[], { kind }: ExportPlan, window: Period): Finding {
  const ordered = [...records].sort((left, right) => left.source - right.source);
  return kind === 'chain' ? fromChain(ordered) : fromOverlap(ordered, window);
}

/** The first old image, the last new image: an export without a record left the item as it was. */
function fromChain(records: ExportRecord[]): Finding {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return { kind: 'outside' };
  return changed(first.keys, first.old, last.new, last.writtenAt);
}

/**
 * A window that is shorter than an export: the first export begins with it, the second ends with it. An export may lack an
 * item whose images at both ends are the same, or that was in neither (both are doubts), so a missing record is no proof.
 */
function fromOverlap(records: ExportRecord[], window: Period): Finding {
  const atStart = records.find(({ source }) => source === 0);
  const atEnd = records.find(({ source }) => source === 1);
  const [from, to] = [window.from * 1e6, window.to * 1e6];
  if (atEnd) {
    if (atEnd.writtenAt < from) return { kind: 'outside' };
    if (atStart) return changed(atStart.keys, atStart.old, atEnd.new, atEnd.writtenAt);
    // After the window it went back to what it was at its start, and that is not known.
    return { kind: 'undecidable', writtenAt: atEnd.writtenAt };
  }
  if (!atStart) return { kind: 'outside' };
  // No write after the window: the image at the end of the export is the one at the end of the window.
  if (atStart.writtenAt < to) return changed(atStart.keys, atStart.old, atStart.new, atStart.writtenAt);
  // Most such items were written after the window only; one that was deleted in the window and made again looks the same.
  return { kind: 'undecidable', writtenAt: atStart.writtenAt };
}

function changed(keys: Image, old: Image | undefined, next: Image | undefined, writtenAt: number): Finding {
  if (isSameImage(old, next)) return { kind: 'unchanged' };
  return { kind: 'changed', change: { keys, ...(old && { old }), ...(next && { new: next }), writtenAt } };
}
