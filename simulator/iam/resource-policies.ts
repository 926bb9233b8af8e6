import type { Account } from '../places';
import { listOf } from './glob';
import { type PolicyDocument, type PolicyStatement, parsePolicy, type Statement } from './policy';

interface Entry {
  document: PolicyDocument;
  statements: Statement[];
}

/**
 * The policies that hang on resources: functions, topics, queues, event buses. One store for the whole account, so
 * that every delivery and every permission check asks in one place.
 */
export class ResourcePolicies {
  private readonly entries = new Map<string, Entry>();
  /** Grows with every change. */
  revision = 0;

  get(resourceArn: string): PolicyDocument | undefined {
    return this.entries.get(resourceArn)?.document;
  }

  statements(resourceArn: string): Statement[] {
    return this.entries.get(resourceArn)?.statements ?? [];
  }

  set(resourceArn: string, document: PolicyDocument): void {
    this.revision += 1;
    this.entries.set(resourceArn, { document, statements: parsePolicy({ name: resourceArn, document }) });
  }

  delete(resourceArn: string): void {
    this.revision += 1;
    this.entries.delete(resourceArn);
  }

  /** Adds a statement, in place of one with the same `Sid`. */
  addStatement(resourceArn: string, statement: PolicyStatement): void {
    const others = listOf(this.get(resourceArn)?.Statement).filter(
      ({ Sid }) => Sid === undefined || Sid !== statement.Sid,
    );
    this.set(resourceArn, { Version: '2012-10-17', Statement: [...others, statement] });
  }

  /** Takes a statement away; false when there is none with that `Sid`. */
  removeStatement(resourceArn: string, sid: string): boolean {
    const statements = listOf(this.get(resourceArn)?.Statement);
    const others = statements.filter(({ Sid }) => Sid !== sid);
    if (others.length === statements.length) return false;
    this.set(resourceArn, { Version: '2012-10-17', Statement: others });
    return true;
  }
}

const stores = new WeakMap<Account, ResourcePolicies>();

/** The account's resource policies. */
export function resourcePolicies(account: Account): ResourcePolicies {
  let store = stores.get(account);
  if (!store) {
    store = new ResourcePolicies();
    stores.set(account, store);
  }
  return store;
}
