/** What a judge that is not ours said of the suite or of the simulated account. */
interface Verdict {
  /** How much it was asked, for people: `10,825 exchanges of 74 operations`. */
  asked: string;
  /** Where it does not agree, a line each. */
  differences: Difference[];
  /** Why it could not be asked; then nothing was judged. */
  skipped?: string;
}

export interface Difference {
  /** The same text for the same kind of difference in every run: known ones are listed by it. */
  what: string;
  count: number;
  example?: string;
}

export interface Judge {
  name: string;
  ask(root: string): Promise<Verdict>;
}
