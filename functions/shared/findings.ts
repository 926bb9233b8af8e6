/** The result of a check before a run changes anything. Each text begins with the input's key, if one is meant. */
export interface Findings {
  /** Known obstacles: they refuse the run. */
  problems: string[];
  /** Possible obstacles that could not be looked up or are not certain: the run begins and reports them. */
  warnings: string[];
}

/** Joins the findings of several checks in their order; two checks may find the same. */
export function joinFindings(...parts: Partial<Findings>[]): Findings {
  return {
    problems: [...new Set(parts.flatMap(({ problems = [] }) => problems))],
    warnings: [...new Set(parts.flatMap(({ warnings = [] }) => warnings))],
  };
}
