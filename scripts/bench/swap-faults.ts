import { Progress } from './progress';
import { allPairs, distinctPairs, faultClasses } from './swap/fault-pairs';
import { type Case, cleanRuns, eventFaults, failing, isAfterApproval, singleFaults } from './swap/swap-faults';
import type { Table } from './table';

export const FAULT_PARTS = ['once', 'always', 'events', 'pairs'] as const;
export type FaultPart = (typeof FAULT_PARTS)[number];

interface Options {
  /** Which of the matrices; all by default. */
  parts?: readonly FaultPart[];
  /** The i-th of n shares of each (from 1): for several machines, or a part of a night. */
  share?: { index: number; of: number };
}

/** Swaps in which one call goes wrong, once or always, an event does, or two calls after the approval. Hours, in whole. */
export async function benchSwapFaults({ parts = FAULT_PARTS, share = { index: 1, of: 1 } }: Options): Promise<Table[]> {
  const runs = await cleanRuns();
  const rows: Table['rows'] = [];
  const notes: string[] = [];
  for (const part of parts) {
    const cases = (await casesOf(part, runs)).filter((_, index) => index % share.of === share.index - 1);
    const progress = new Progress(part, cases.length);
    const broken: string[] = [];
    for (const item of cases) {
      const found = await failing([item]);
      broken.push(...found);
      progress.step(found);
    }
    rows.push([part, cases.length, broken.length]);
    notes.push(...broken.slice(0, 20));
  }
  const title = `Swaps in which one or two things go wrong${share.of > 1 ? `, share ${share.index} of ${share.of}` : ''}`;
  return [{ title, columns: ['what', 'runs', 'with a broken promise'], rows, notes }];
}

async function casesOf(part: FaultPart, runs: Awaited<ReturnType<typeof cleanRuns>>): Promise<Case[]> {
  if (part === 'events') return eventFaults(runs);
  if (part !== 'pairs') return singleFaults(runs, part);
  const progress = new Progress('faults sorted', singleFaults(runs, 'once').filter(isAfterApproval).length);
  const classes = await faultClasses(runs, () => progress.step());
  const pairs = distinctPairs(classes);
  process.stderr.write(`pairs: ${pairs.length} stand for ${allPairs(classes).length}\n`);
  return pairs;
}
