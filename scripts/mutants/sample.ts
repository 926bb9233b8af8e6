import { createHash } from 'node:crypto';
import type { Mutant } from './mutant';

/** Drawn before the first mutant ran, and never again: another draw could be a better-looking one. */
const SEED = 'backup-workflows, 2026-11-30';
/** How many mutants make the sample. */
export const SAMPLE_SIZE = 600;

/** The random order of mutants. It follows from the seed and from each mutant alone: a change moves no other one. */
export function inRandomOrder(mutants: Mutant[], seed = SEED): Mutant[] {
  const rank = ({ id }: Mutant) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ mutant }) => mutant);
}
