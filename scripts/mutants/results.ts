import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Mutant } from './mutant';

/** What became of a mutant when the tests nearest to it ran. */
export interface Result {
  id: string;
  file: string;
  line: number;
  what: string;
  /** `killed`: a test failed. `timeout`: the tests did not end, which a developer notices too. */
  outcome: 'killed' | 'timeout' | 'survived';
  /** The first test that failed: its file and its title. */
  by?: [file: string, title: string];
  /** Of a survivor: why no operator could notice it. */
  reason?: string;
}

/**
 * The results in a file of JSON lines, which is committed: in the order of their files, so that two branches seldom change
 * the same line. `note` writes one down at once.
 */
export function resultsIn(file: string): { results: Map<string, Result>; note: (result: Result) => void } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const results = new Map(lines.map((line) => JSON.parse(line) as Result).map((result) => [result.id, result]));
  return {
    results,
    note(result) {
      results.set(result.id, result);
      const sorted = [...results.values()].sort(
        (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.id.localeCompare(other.id),
      );
      writeFileSync(file, sorted.map((one) => `${JSON.stringify(one)}\n`).join(''));
    },
  };
}

/** The share of mutants that were noticed, by the outcome. */
export function scoreOf(mutants: Mutant[], results: Map<string, Result>) {
  const run = mutants.flatMap(({ id }) => results.get(id) ?? []);
  const survived = run.filter(({ outcome }) => outcome === 'survived');
  const explained = survived.filter(({ reason }) => reason);
  return {
    run: run.length,
    noticed: run.length - survived.length,
    survived: survived.length,
    explained: explained.length,
    percent: run.length === 0 ? 0 : Math.round(((run.length - survived.length) / run.length) * 1000) / 10,
  };
}
