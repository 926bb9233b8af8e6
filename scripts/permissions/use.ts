import type { Grant } from './grants';
import { NEEDLESS } from './needless';

/** What the runs of the tests did with the roles of the stack. */
interface Use {
  /** `<role> <policy> <statement> <action>` */
  used: ReadonlySet<string>;
  /** `<role> <action> <resource>`, and a test that does not want refusals and met this one; once for each of them. */
  refused: readonly [request: string, test: string][];
}

/** Why a grant is there that no run needs, if there is a reason. */
export function reasonFor({
  role,
  action,
  resources,
}: Pick<Grant, 'role' | 'action' | 'resources'>): string | undefined {
  return NEEDLESS.find(
    (needless) =>
      needless.role.test(role) &&
      needless.action.test(action) &&
      (!needless.resource || resources.every((resource) => needless.resource?.test(resource))),
  )?.reason;
}

/** Grants that no run has needed, without a reason, and requests that were refused in tests that do not want it. */
export function problemsOfUse(grants: Grant[], { used, refused }: Use): string[] {
  const unused = grants.filter(
    (grant) =>
      !used.has(`${grant.role} ${grant.policy} ${grant.statement} ${grant.action}`) && reasonFor(grant) === undefined,
  );
  return [
    ...unused.map(
      ({ role, action, resources }) => `${role} may ${action} on ${resources.join(', ')}, and no run has needed it`,
    ),
    ...refused.map(([request, test]) => `${request} was refused in '${test}'`),
  ];
}
