import * as z from 'zod';
import { randomOf } from './cloudformation/names';
import { DOUBTS, type Doubt } from './doubts/list';

export type DoubtName = keyof typeof DOUBTS;
export type Behaviour<Name extends DoubtName> = keyof (typeof DOUBTS)[Name]['behaviours'] & string;

/** Behaviours by the names of their doubts; what is not named behaves in its worst way. */
export type PinnedDoubts = { [Name in DoubtName]?: Behaviour<Name> };

const names = Object.keys(DOUBTS) as DoubtName[];
const doubtOf = (name: DoubtName): Doubt => DOUBTS[name];

/** The JSON of a doubts file: `{ "backup.missingVault": "ResourceNotFound" }`. */
export const doubtsSchema = z.strictObject(
  Object.fromEntries(names.map((name) => [name, z.enum(Object.keys(doubtOf(name).behaviours)).optional()])),
) as unknown as z.ZodType<PinnedDoubts>;

/** How this account behaves where it is not known how AWS does. It stays so for as long as the account lives. */
export class Doubts {
  private readonly asked = new Set<DoubtName>();

  constructor(private readonly pinned: PinnedDoubts = {}) {}

  /** The behaviour in this account. Asking for it counts as meeting the doubt. */
  behaviour<Name extends DoubtName>(name: Name): Behaviour<Name> {
    this.asked.add(name);
    return (this.pinned[name] ?? DOUBTS[name].worst) as Behaviour<Name>;
  }

  /** The doubts on which an answer of this account has depended so far, and how it behaved. */
  get met(): PinnedDoubts {
    return Object.fromEntries([...this.asked].sort().map((name) => [name, this.behaviour(name)]));
  }
}

/**
 * A behaviour of every doubt, drawn by the seed: the same seed draws the same, also when there are more doubts. It takes
 * nothing from the account's chance.
 */
export function drawDoubts(seed: number): PinnedDoubts {
  return Object.fromEntries(
    names.map((name) => {
      const behaviours = Object.keys(doubtOf(name).behaviours);
      return [name, behaviours[Math.floor(randomOf(seed, 'doubt', name).next() * behaviours.length)]];
    }),
  );
}
