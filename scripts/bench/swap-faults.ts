import {
  allPairs,
  distinctPairs,
  type FaultClasses,
  faultClasses,
  misjudged,
} from '../../scenarios/dynamodb-restore/fault-pairs';
import {
  type Case,
  cleanRuns,
  eventFaults,
  failingSwaps,
  isAfterApproval,
  type SwapRun,
  singleFaults,
} from '../../scenarios/dynamodb-restore/swap-faults';
import { Progress } from './progress';
import type { Table } from './table';

export const FAULT_PARTS = ['once', 'always', 'events', 'pairs'] as const;
export type FaultPart = (typeof FAULT_PARTS)[number];

interface Options {
  /** Which of the matrices; all by default. */
  parts?: readonly FaultPart[];
  /** The i-th of n shares of each (from 1): for several machines, or a part of a night. */
  share?: { index: number; of: number };
}

/** Of the pairs that are not run, so many are, to see whether they end like those that stand for them. */
const COMPARED = 100;

/** Swaps in which one call goes wrong, once or always, an event does, or two calls after the approval. Hours, in whole. */
export async function benchSwapFaults({ parts = FAULT_PARTS, share = { index: 1, of: 1 } }: Options): Promise<Table[]> {
  const runs = await cleanRuns();
  const rows: Table['rows'] = [];
  const notes: string[] = [];
  const report = (what: string, count: number, broken: string[]) => {
    rows.push([what, count, broken.length]);
    notes.push(...broken.slice(0, 20));
  };
  const runAll = async (what: string, cases: Case[]) => {
    const mine = cases.filter((_, index) => index % share.of === share.index - 1);
    const progress = new Progress(what, mine.length);
    const broken: string[] = [];
    for (const item of mine) {
      const found = await failingSwaps([item]);
      broken.push(...found);
      progress.step(found);
    }
    report(what, mine.length, broken);
  };
  for (const part of parts) {
    if (part === 'events') await runAll(part, eventFaults(runs));
    else if (part !== 'pairs') await runAll(part, singleFaults(runs, part));
    else {
      const classes = await sorted(runs);
      const pairs = distinctPairs(classes);
      await runAll(`${pairs.length} pairs that stand for ${allPairs(classes).length}`, pairs);
      report('pairs left out, compared', COMPARED, await misjudged(classes, COMPARED, share.index));
    }
  }
  const title = `Swaps in which one or two things go wrong${share.of > 1 ? `, share ${share.index} of ${share.of}` : ''}`;
  return [{ title, columns: ['what', 'runs', 'with a broken promise'], rows, notes }];
}

/** The single faults after the approval, by what they lead to. Every share needs them. */
function sorted(runs: SwapRun[]): Promise<FaultClasses> {
  const progress = new Progress('faults sorted', singleFaults(runs, 'once').filter(isAfterApproval).length);
  return faultClasses(runs, () => progress.step());
}
