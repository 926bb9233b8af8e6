import type { Grant } from './grants';

/**
 * What roles may do more (`+`) and less (`-`) than in another template, whatever the statements and policies that say so:
 * a line for each role and action whose resources or condition differ.
 */
export function differencesOf(before: Grant[], after: Grant[]): string[] {
  const [was, is] = [effectiveOf(before), effectiveOf(after)];
  return [
    ...[...is].filter((right) => !was.has(right)).map((right) => `+ ${right}`),
    ...[...was].filter((right) => !is.has(right)).map((right) => `- ${right}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}

function effectiveOf(grants: Grant[]): Set<string> {
  return new Set(
    grants.flatMap(({ role, action, resources, condition }) =>
      resources.map((resource) => [role, action, resource, condition && `if ${condition}`].filter(Boolean).join(' ')),
    ),
  );
}
