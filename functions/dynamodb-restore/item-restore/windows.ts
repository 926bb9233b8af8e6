/** A period of an export, in seconds since 1970: the first is in it, the last is not. */
export interface Period {
  from: number;
  to: number;
}

/**
 * How the exports of a window belong together. `chain`: one after the other, without a gap. `overlap`: the first begins
 * at the window's start, the second ends at its end, and both reach beyond it.
 */
export interface ExportPlan {
  kind: 'chain' | 'overlap';
  periods: Period[];
}

/** API_IncrementalExportSpecification and the developer guide: the period of an export. */
const SHORTEST_EXPORT_SECONDS = 15 * 60;
const LONGEST_EXPORT_SECONDS = 24 * 3600;

/** The exports that show what the writes of a window did. */
export function planExports({ from, to }: Period): ExportPlan {
  const length = to - from;
  if (length < SHORTEST_EXPORT_SECONDS) {
    return {
      kind: 'overlap',
      periods: [
        { from, to: from + SHORTEST_EXPORT_SECONDS },
        { from: to - SHORTEST_EXPORT_SECONDS, to },
      ],
    };
  }
  const pieces = Math.ceil(length / LONGEST_EXPORT_SECONDS);
  const bound = (index: number) => from + Math.floor((index * length) / pieces);
  return {
    kind: 'chain',
    periods: Array.from({ length: pieces }, (_, index) => ({ from: bound(index), to: bound(index + 1) })),
  };
}
