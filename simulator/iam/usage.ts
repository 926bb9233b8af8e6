import { isManagedByAws } from './managed-policies';
import type { Statement } from './policy';

/** An action that a policy allows. */
export interface Grant {
  roleArn: string;
  policy: string;
  statement: string;
  action: string;
}

/** Services that no simulated code calls: what is granted on them can be neither used nor missed here. */
const NEVER_CALLED = ['cloudwatch', 'logs', 'xray'];

/** Remembers, per role, which action of which statement has allowed a request. */
export class Usage {
  private readonly grants = new Map<string, Grant>();
  private readonly used = new Set<string>();
  private readonly refused = new Set<string>();

  /** Notes what a role's policies allow. */
  know(roleArn: string, statements: Statement[]): void {
    for (const [key, { roleArn: owner }] of this.grants) if (owner === roleArn) this.grants.delete(key);
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || isManagedByAws(statement.policy)) continue;
      const actions =
        statement.actions.length > 0 ? statement.actions : [`NotAction ${statement.notActions.join(', ')}`];
      for (const action of actions) {
        if (NEVER_CALLED.includes(action.split(':')[0] ?? '')) continue;
        const { policy, label } = statement;
        this.grants.set(this.key(roleArn, statement, action), { roleArn, policy, statement: label, action });
      }
    }
  }

  record(roleArn: string, statement: Statement, action: string): void {
    this.used.add(this.key(roleArn, statement, action));
  }

  /** Notes a request that no policy allows. */
  refuse(roleArn: string, { action, resource }: { action: string; resource: string }): void {
    this.refused.add(`${roleArn} ${action} ${resource}`);
  }

  /** The requests that were refused, each as `<role's ARN> <action> <resource>`. */
  refusals(): string[] {
    return [...this.refused];
  }

  needed(): Grant[] {
    return [...this.grants].filter(([key]) => this.used.has(key)).map(([, grant]) => grant);
  }

  unused(): Grant[] {
    return [...this.grants].filter(([key]) => !this.used.has(key)).map(([, grant]) => grant);
  }

  private key(roleArn: string, statement: Statement, action: string): string {
    return `${roleArn} ${statement.policy} ${statement.label} ${action}`;
  }
}
