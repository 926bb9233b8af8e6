/** A declaration of how jobs of a resource go. */
interface Outcome {
  Resource: string;
  Times?: number;
}

/** The declared outcomes of one kind of job, in their order, and how often each has been used. */
export class Outcomes<T extends Outcome> {
  readonly declared: T[] = [];
  private readonly used = new Map<T, number>();

  add(outcomes: T[] | undefined): void {
    this.declared.push(...(outcomes ?? []));
  }

  /** The outcome of the next job that goes by any of these names, which counts as used from now on. */
  take(names: string[]): T | undefined {
    const outcome = this.declared.find(
      (candidate) =>
        [...names, '*'].includes(candidate.Resource) &&
        (this.used.get(candidate) ?? 0) < (candidate.Times ?? Number.POSITIVE_INFINITY),
    );
    if (outcome) this.used.set(outcome, (this.used.get(outcome) ?? 0) + 1);
    return outcome;
  }
}

/** The names by which an outcome may call the resource of that ARN: the ARN and the id in it. */
export function namesOf(arn: string): string[] {
  return [arn, arn.slice(arn.lastIndexOf('/') + 1)];
}
