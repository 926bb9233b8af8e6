import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  GrantListEntry,
  GrantOperation,
  KeyState,
  ListGrantsRequest,
  ListGrantsResponse,
} from '@aws-sdk/client-kms';
import { AwsError } from '../errors';
import type { PolicyDocument } from '../iam/policy';
import { resourcePolicies } from '../iam/resource-policies';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { page } from './page';

/** A KMS key as a world file declares it. */
export interface WorldKey {
  /** The last part of its ARN. */
  KeyId: string;
  KeyState?: KeyState;
  KeyManager?: 'AWS' | 'CUSTOMER';
  /** Its policy; by default the one that leaves the decision to the account's IAM policies. */
  Policy?: Record<string, unknown>;
  Grants?: { GranteePrincipal: string; Operations: string[] }[];
  Region?: string;
}

/** The part of a world that KMS knows. */
interface KmsWorld {
  keys?: WorldKey[];
}

interface Key {
  declared: WorldKey;
  arn: string;
}

declare module '../places' {
  interface Region {
    readonly kms: Kms;
  }
}

/**
 * AWS KMS: keys with their state, policy and grants. It encrypts nothing; what the services ask in their callers' names is
 * in key-use.ts, and what a key's policy means for IAM in iam/key-policies.ts.
 */
export class Kms extends Service {
  readonly iamPrefix = 'kms';
  override readonly rates = {
    DescribeKey: { burst: 2000, perSecond: 2000 },
    GetKeyPolicy: { burst: 1000, perSecond: 1000 },
    ListGrants: { burst: 100, perSecond: 100 },
  };
  private readonly keys = new Map<string, Key>();

  /** Takes the keys that a world declares for this region; without a region they belong to the stack's. */
  load(world: KmsWorld): void {
    for (const declared of world.keys ?? []) {
      if ((declared.Region ?? this.region.account.homeRegion) === this.region.name) this.add(declared);
    }
  }

  /** This region's keys, in the form of a world. */
  snapshot(): WorldKey[] {
    return [...this.keys.values()].map(({ declared }) => ({ ...declared, Region: this.region.name }));
  }

  /** The key that a request names by ARN or id, in whichever account it is; undefined if there is none. */
  key(named: string): WorldKey | undefined {
    return this.find(named)?.declared;
  }

  /** Changes a key, as its administrator would: `{ KeyState: 'Disabled' }`. */
  change(keyId: string, change: Partial<WorldKey>): void {
    const key = this.keys.get(keyId);
    if (key) this.add({ ...key.declared, ...change });
  }

  override usualAccess(operation: string, { KeyId = '' }: { KeyId?: string }): Access[] {
    const resource =
      this.find(KeyId)?.arn ?? (KeyId.startsWith('arn:') ? KeyId : this.region.arn('kms', `key/${KeyId}`));
    const context = { 'kms:CallerAccount': this.region.account.id };
    return [{ action: `kms:${operation}`, resource, context }];
  }

  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html: also of another account, by its ARN. */
  DescribeKey(input: DescribeKeyRequest): DescribeKeyResponse {
    requireSupported('kms:DescribeKey', input, ['KeyId']);
    const { arn, declared } = this.existing(input.KeyId);
    return {
      KeyMetadata: {
        AWSAccountId: arn.split(':')[4],
        KeyId: declared.KeyId,
        Arn: arn,
        Enabled: stateOf(declared) === 'Enabled',
        KeyState: stateOf(declared),
        KeyManager: declared.KeyManager ?? 'CUSTOMER',
        KeyUsage: 'ENCRYPT_DECRYPT',
        KeySpec: 'SYMMETRIC_DEFAULT',
      },
    };
  }

  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html: "Cross-account use: No." */
  GetKeyPolicy(input: GetKeyPolicyRequest): GetKeyPolicyResponse {
    requireSupported('kms:GetKeyPolicy', input, ['KeyId', 'PolicyName']);
    const { arn } = this.existing(input.KeyId);
    if (arn.split(':')[4] !== this.region.account.id)
      throw new AwsError('AccessDeniedException', `The key ${arn} belongs to another account.`);
    return { PolicyName: 'default', Policy: JSON.stringify(resourcePolicies(this.region.account).get(arn)) };
  }

  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
  ListGrants(input: ListGrantsRequest): ListGrantsResponse {
    requireSupported('kms:ListGrants', input, ['KeyId', 'GranteePrincipal', 'Limit', 'Marker']);
    const { arn, declared } = this.existing(input.KeyId);
    const grants = (declared.Grants ?? [])
      .filter(({ GranteePrincipal }) => [undefined, GranteePrincipal].includes(input.GranteePrincipal))
      .map(
        ({ GranteePrincipal, Operations }, index): GrantListEntry => ({
          KeyId: arn,
          GrantId: String(index),
          GranteePrincipal,
          Operations: Operations as GrantOperation[],
        }),
      );
    const { items, nextToken } = page(grants, input.Limit ?? 50, input.Marker);
    return { Grants: items, Truncated: nextToken !== undefined, NextMarker: nextToken };
  }

  private add(declared: WorldKey): void {
    const arn = this.region.arn('kms', `key/${declared.KeyId}`);
    this.keys.set(declared.KeyId, { declared, arn });
    const policy = (declared.Policy ?? this.defaultPolicy()) as unknown as PolicyDocument;
    resourcePolicies(this.region.account).set(arn, policy);
  }

  /** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
  private defaultPolicy(): object {
    const Principal = { AWS: this.region.account.root.principalArn };
    return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
  }

  private existing(named: string | undefined): Key {
    const key = this.find(named ?? '');
    if (key) return key;
    const arn = named?.startsWith('arn:') ? named : this.region.arn('kms', `key/${named}`);
    throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
  }

  private find(named: string): Key | undefined {
    const [, , , region, accountId, resource = ''] = named.split(':');
    if (!named.startsWith('arn:')) return this.keys.get(named);
    const owner = this.region.account.account(accountId ?? '');
    if (!owner || region !== this.region.name) return undefined;
    return owner.region(region).kms.keys.get(resource.slice('key/'.length));
  }
}

/** The state of a key in a world that does not say it. */
export function stateOf({ KeyState }: Pick<WorldKey, 'KeyState'>): KeyState {
  return KeyState ?? 'Enabled';
}
