import { AwsError } from '../../errors';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { validation } from './errors';

const LARGEST_BYTES = 20 * 1024;
const NO_POLICY = 'NO_POLICY';

interface Policy {
  text: string;
  revisionId: string;
}

/** The resource-based policies of one table and of its streams, by ARN. They are kept, not enforced. */
export class ResourcePolicies {
  private readonly byArn = new Map<string, Lagging<Policy | undefined>>();

  constructor(private readonly region: Region) {}

  /** The policy's text, if there is one. */
  textOf(arn: string): string | undefined {
    return this.byArn.get(arn)?.current?.text;
  }

  put(arn: string, text: string, expectedRevisionId?: string): string {
    this.expect(arn, expectedRevisionId);
    if (Buffer.byteLength(text) > LARGEST_BYTES) {
      throw validation('The resource-based policy document is larger than 20 KB');
    }
    if (!isPolicy(text)) throw validation('The resource-based policy document is not a valid JSON policy');
    const policy = this.byArn.get(arn) ?? new Lagging<Policy | undefined>(this.region.account, undefined);
    this.byArn.set(arn, policy);
    // The same document again changes nothing.
    if (policy.current?.text === text) return policy.current.revisionId;
    const revisionId = String(this.region.account.clock.now) + this.region.account.random.hex(4);
    policy.set({ text, revisionId });
    return revisionId;
  }

  get(arn: string): { Policy: string; RevisionId: string } {
    const policy = this.byArn.get(arn)?.seen;
    if (!policy) throw notThere(arn);
    return { Policy: policy.text, RevisionId: policy.revisionId };
  }

  /** Deleting what is not there is no error, and answers without a revision. */
  delete(arn: string, expectedRevisionId?: string): string | undefined {
    this.expect(arn, expectedRevisionId);
    const policy = this.byArn.get(arn);
    const revisionId = policy?.current?.revisionId;
    policy?.set(undefined);
    return revisionId;
  }

  private expect(arn: string, expectedRevisionId: string | undefined): void {
    if (expectedRevisionId === undefined) return;
    const revisionId = this.byArn.get(arn)?.current?.revisionId;
    if ((revisionId ?? NO_POLICY) === expectedRevisionId) return;
    if (revisionId === undefined) throw notThere(arn);
    const table = arn.slice(arn.lastIndexOf('/') + 1);
    throw notThere(
      expectedRevisionId === NO_POLICY
        ? `Requested policy update expecting none to be present for table ${table}, but a policy exists with revision id ${revisionId}.`
        : `Requested update for policy with revision id ${expectedRevisionId}, but the policy associated to target table ${table} has revision id ${revisionId}.`,
    );
  }
}

function notThere(what: string): AwsError {
  return new AwsError(
    'PolicyNotFoundException',
    `Resource-based policy not found for the provided ResourceArn: ${what}`,
  );
}

function isPolicy(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text).Statement) || typeof JSON.parse(text).Statement === 'object';
  } catch {
    return false;
  }
}
