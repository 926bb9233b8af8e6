import type { Grant } from './grants';
import { NEEDLESS } from './needless';

/** What the runs of the tests did with the roles of the stack. */
interface Use {
  /** `<role> <policy> <statement> <action>` */
  used: ReadonlySet<string>;
  /** `<role> <action> <resource>`, and a test in which it was refused; once for each of them. */
  refused: readonly [request: string, test: string][];
}

/** Tests that take a permission away to see what happens, by their names. */
const WANT_REFUSALS = /refus|denied|permission|permitted|allowed|\bmay (not|write nothing)\b/i;
/** Those that meet one without being about it. */
const MEET_REFUSALS = [
  // The sample event names a role of AWS's own, not one of the stack.
  /^The trigger bus starts the sample event/,
  // It asks about a role that does not exist.
  /^The configuration is checked before a table is restored/,
  // A file system without a policy accepts every client that reaches it, whatever the role allows.
  /^A restore goes to another file system/,
];

/** Why a grant is there that no run needs, if there is a reason. */
export function reasonFor({ role, action }: Pick<Grant, 'role' | 'action'>): string | undefined {
  return NEEDLESS.find((needless) => needless.role.test(role) && needless.action.test(action))?.reason;
}

/** Grants that no run has needed, without a reason, and requests that were refused in tests that do not ask for it. */
export function problemsOfUse(grants: Grant[], { used, refused }: Use): string[] {
  const unused = grants.filter(
    (grant) =>
      !used.has(`${grant.role} ${grant.policy} ${grant.statement} ${grant.action}`) && reasonFor(grant) === undefined,
  );
  return [
    ...unused.map(
      ({ role, action, resources }) => `${role} may ${action} on ${resources.join(', ')}, and no run has needed it`,
    ),
    ...refused
      .filter(([, test]) => ![WANT_REFUSALS, ...MEET_REFUSALS].some((pattern) => pattern.test(test)))
      .map(([request, test]) => `${request} was refused in '${test}'`),
  ];
}
