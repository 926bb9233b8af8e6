import { renderAlsoAsked } from './also-asked';
import type { Grant } from './grants';
import { reasonFor } from './use';

const HEAD = `# Permissions

Starting \`pre-post-backup\`, by \`states:StartExecution\` or an event on the trigger bus, amounts to running any command as root on every instance that SSM manages. Starting a table operation amounts to deleting any table. [security.md](security.md) says what each right amounts to.

What the stack's roles may do, with all its parts deployed; written by \`npm run permissions\`, compared by \`.ci/run\`. Account \`111122223333\`, region \`eu-west-1\` and stack \`stack\` stand for yours. Functions may also write logs and traces (\`AWSLambdaBasicExecutionRole\`, \`AWSXrayWriteOnlyAccess\`).

Several functions share policies of the stack (their names end in Policy); each of these holds exactly what all of its functions need. Every line is needed by a run of the tests in the simulated account, which holds each call to these policies, unless the last column says why it is there all the same. \`*\` stands only where AWS knows no resources for an action (\`scripts/validate/unscoped-actions.ts\`). "if" marks a condition, which \`template.yaml\` has.
`;

/** The page about what each role may do: a row for each of its statements. */
export function renderPermissions(grants: Grant[]): string {
  const rows = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = [grant.role, grant.policy, grant.statement, reasonFor(grant) ?? ''].join(' ');
    rows.set(key, [...(rows.get(key) ?? []), grant]);
  }
  const lines = [...rows.values()].flatMap((row) => {
    const [first] = row;
    if (!first) return [];
    const actions = row.map(({ action }) => `\`${action}\``).join(', ');
    const resources = first.resources.map((resource) => `\`${resource}\``).join(', ');
    const needed = reasonFor(first) ? `not always: ${reasonFor(first)}` : '';
    return [`| ${first.role} | ${actions} | ${resources}${first.condition ? ' if' : ''} | ${needed} |`];
  });
  return [HEAD, '| Role | may | on | needed |', '|---|---|---|---|', ...lines, renderAlsoAsked(grants)].join('\n');
}
