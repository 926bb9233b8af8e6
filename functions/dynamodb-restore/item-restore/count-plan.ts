import type { Change, Finding } from './changes';
import type { Decision } from './decide';
import type { ExportRecord } from './export-records';
import { plain } from './filter-document';
import { bytesOf, differingNames, type Image } from './images';
import type { Entry, Listed } from './journal';
import { addEach, type Counts } from './plan-counts';

const MOST_SAMPLES = 5;
const MOST_CHARACTERS = 200;

/** Counts what the exports say about an item. */
export function countFinding(counts: Counts, finding: Finding): void {
  counts.seen += 1;
  if (finding.kind === 'outside') counts.outside += 1;
  if (finding.kind === 'unchanged') counts.unchanged += 1;
}

/** Counts an item of which the exports do not say what the window did to it; returns what the report says about it. */
export function countUndecidable(counts: Counts, keys: Image, records: ExportRecord[]): Listed {
  const reason = 'cannot be decided';
  counts.listed = addEach(counts.listed, { [reason]: 1 });
  const old = records.find(({ source }) => source === 0)?.old;
  const next = records.find(({ source }) => source === 1)?.new;
  return { keys, reason, ...(old && { old }), ...(next && { new: next }) };
}

/** Counts what was decided about a selected item. */
export function countDecision(counts: Counts, decision: Decision, { writtenAt }: Change): void {
  if (decision.kind === 'as it was') {
    counts.asItWas += 1;
    return;
  }
  if (writtenAt > 0) {
    const minute = new Date(Math.floor(writtenAt / 1000)).toISOString().slice(0, 16);
    counts.minutes[minute] = (counts.minutes[minute] ?? 0) + 1;
  }
  if (decision.kind === 'listed') {
    counts.listed = addEach(counts.listed, { [decision.listed.reason]: 1 });
    return;
  }
  const { entry } = decision;
  counts[kindOf(entry)] += 1;
  counts.conflictsWritten += entry.isConflict ? 1 : 0;
  // API_BatchWriteItem and the guide on capacity: a write of a kilobyte is a unit; of both images the larger one counts.
  counts.writeUnits += Math.ceil(Math.max(bytesOf(entry.before), bytesOf(entry.after), 1) / 1024);
  if (counts.samples.length < MOST_SAMPLES)
    counts.samples.push({ item: text(plain(entry.keys)), what: describe(entry) });
}

function kindOf({ before, after }: Entry): 'updates' | 'puts' | 'deletes' {
  if (before && after) return 'updates';
  return after ? 'puts' : 'deletes';
}

/** What the entry does, attribute by attribute. */
function describe({ before, after }: Entry): string {
  if (!before) return `put back: ${text(plain(after ?? {}))}`;
  if (!after) return `delete: ${text(plain(before))}`;
  const [left, right] = [plain(before), plain(after)];
  const changes = differingNames(before, after).map((name) => `${name}: ${text(left[name])} → ${text(right[name])}`);
  return shortened(changes.join(', '));
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : shortened(JSON.stringify(value));
}

function shortened(words: string): string {
  return words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS)}…` : words;
}
