import type {
  BackupVaultListMember,
  CreateBackupVaultInput,
  CreateBackupVaultOutput,
  GetBackupVaultAccessPolicyOutput,
  Lifecycle,
  PutBackupVaultAccessPolicyInput,
  PutBackupVaultLockConfigurationInput,
} from '@aws-sdk/client-backup';
import { isRegion } from '../../aws-regions';
import { AwsError } from '../../errors';
import { listOf } from '../../iam/glob';
import type { PolicyDocument } from '../../iam/policy';
import { resourcePolicies } from '../../iam/resource-policies';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { invalid } from './job-input';
import type { WorldVault } from './world';

const dayMilliseconds = 86_400_000;

/** The access policy that AWS gives the vault of EFS's automatic backups. */
const automaticVaultPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: [
        'backup:DeleteBackupVault',
        'backup:DeleteBackupVaultAccessPolicy',
        'backup:DeleteRecoveryPoint',
        'backup:StartCopyJob',
        'backup:StartRestoreJob',
        'backup:UpdateRecoveryPointLifecycle',
      ],
      Resource: '*',
    },
  ],
};

interface Lock {
  minRetentionDays: number | undefined;
  maxRetentionDays: number | undefined;
  lockDate: Date | undefined;
}

interface Vault {
  name: string;
  createdAt: Date;
  creatorRequestId: string | undefined;
  encryptionKeyArn: string;
  /** Whether it comes from a world, rather than from a stack or another call. */
  isDeclared: boolean;
  lock?: Lock;
  type?: WorldVault['VaultType'];
  state?: WorldVault['VaultState'];
}

/** Where a vault's ARN leads. */
export interface VaultName {
  region: string;
  accountId: string;
  name: string;
}

/** The backup vaults of one region. */
export class Vaults {
  private readonly byName = new Map<string, Vault>();

  constructor(
    private readonly region: Region,
    private readonly recoveryPoints: () => { vaultName: string }[],
  ) {}

  arn(name: string): string {
    return this.region.arn('backup', `backup-vault:${name}`);
  }

  names(): string[] {
    return [...this.byName.keys()].sort();
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  load(declared: WorldVault): void {
    const { BackupVaultName: name, EncryptionKeyArn } = declared;
    const AccessPolicy =
      declared.AccessPolicy ?? (name === 'aws/efs/automatic-backup-vault' ? automaticVaultPolicy : undefined);
    const vault = this.add(name, undefined, EncryptionKeyArn);
    vault.isDeclared = true;
    vault.type = declared.VaultType;
    vault.state = declared.VaultState;
    const { MinRetentionDays, MaxRetentionDays, Locked, LockDate } = declared;
    if (Locked || MinRetentionDays !== undefined || MaxRetentionDays !== undefined) {
      vault.lock = {
        minRetentionDays: MinRetentionDays,
        maxRetentionDays: MaxRetentionDays,
        lockDate: LockDate ? new Date(LockDate) : undefined,
      };
    }
    if (AccessPolicy) this.putAccessPolicy({ BackupVaultName: name, Policy: JSON.stringify(AccessPolicy) });
  }

  /** The vaults that a world declared, in its form: those of the stack would be in the way of its next deployment. */
  toWorld(): WorldVault[] {
    const declared = this.names()
      .map((name) => this.find(name))
      .filter(({ isDeclared }) => isDeclared);
    return declared.map((vault) => {
      const { name } = vault;
      const policy = resourcePolicies(this.region.account).get(this.arn(name));
      return {
        BackupVaultName: name,
        Region: this.region.name,
        EncryptionKeyArn: vault.encryptionKeyArn,
        ...(policy ? { AccessPolicy: policy as unknown as Record<string, unknown> } : {}),
        ...(vault.lock ? { Locked: true } : {}),
        ...(vault.lock?.minRetentionDays !== undefined ? { MinRetentionDays: vault.lock.minRetentionDays } : {}),
        ...(vault.lock?.maxRetentionDays !== undefined ? { MaxRetentionDays: vault.lock.maxRetentionDays } : {}),
        ...(vault.lock?.lockDate ? { LockDate: vault.lock.lockDate.toISOString() } : {}),
        ...(vault.type ? { VaultType: vault.type } : {}),
        ...(vault.state ? { VaultState: vault.state } : {}),
      };
    });
  }

  add(name: string, creatorRequestId?: string, encryptionKeyArn?: string): Vault {
    const vault: Vault = {
      name,
      createdAt: this.region.account.clock.date,
      creatorRequestId,
      encryptionKeyArn: encryptionKeyArn ?? this.region.arn('kms', 'key/baccca00-0000-4000-8000-000000000000'),
      isDeclared: false,
    };
    this.byName.set(name, vault);
    return vault;
  }

  create(input: CreateBackupVaultInput): CreateBackupVaultOutput {
    requireSupported('backup:CreateBackupVault', input, [
      'BackupVaultName',
      'BackupVaultTags',
      'EncryptionKeyArn',
      'CreatorRequestId',
    ]);
    const name = input.BackupVaultName ?? '';
    if (!/^[a-zA-Z0-9\-_]{2,50}$/.test(name)) throw invalid(`Invalid backup vault name: ${name}`);
    const existing = this.byName.get(name);
    const isRepeated = existing?.creatorRequestId !== undefined && existing.creatorRequestId === input.CreatorRequestId;
    if (existing && !isRepeated) {
      throw new AwsError('AlreadyExistsException', 'Backup vault with the same name already exists', 400, {
        Arn: this.arn(name),
      });
    }
    const vault = existing ?? this.add(name, input.CreatorRequestId, input.EncryptionKeyArn);
    return { BackupVaultName: name, BackupVaultArn: this.arn(name), CreationDate: vault.createdAt };
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html */
  remove(name: string): void {
    if (this.recoveryPoints().some((point) => point.vaultName === name))
      throw new AwsError('InvalidRequestException', 'Backup vault cannot be deleted (contains recovery points)');
    this.byName.delete(this.find(name).name);
    resourcePolicies(this.region.account).delete(this.arn(name));
  }

  describe(name: string): BackupVaultListMember {
    const vault = this.byName.get(name);
    if (!vault && this.region.account.doubts.behaviour('backup.missingVault') === 'AccessDenied')
      throw new AwsError('AccessDeniedException', 'Insufficient privileges to perform this action.', 403);
    if (!vault) return this.refuseMissing(name);
    return {
      BackupVaultName: name,
      BackupVaultArn: this.arn(name),
      VaultType: vault.type ?? 'BACKUP_VAULT',
      VaultState: vault.state ?? 'AVAILABLE',
      CreationDate: vault.createdAt,
      CreatorRequestId: vault.creatorRequestId,
      EncryptionKeyArn: vault.encryptionKeyArn,
      NumberOfRecoveryPoints: this.recoveryPoints().filter((point) => point.vaultName === name).length,
      Locked: vault.lock !== undefined,
      MinRetentionDays: vault.lock?.minRetentionDays,
      MaxRetentionDays: vault.lock?.maxRetentionDays,
      LockDate: vault.lock?.lockDate,
    };
  }

  putLock(input: PutBackupVaultLockConfigurationInput): Record<string, never> {
    const vault = this.find(input.BackupVaultName ?? '');
    const { MinRetentionDays: min, MaxRetentionDays: max, ChangeableForDays: grace } = input;
    const { clock } = this.region.account;
    if (vault.lock?.lockDate && vault.lock.lockDate <= clock.date) {
      throw new AwsError(
        'InvalidRequestException',
        `The lock of backup vault ${vault.name} cannot be changed any more.`,
      );
    }
    if ((min !== undefined && min < 1) || (max !== undefined && (max > 36_500 || max < (min ?? 1)))) {
      throw invalid('Invalid retention days of the vault lock.');
    }
    if (grace !== undefined && grace < 3) throw invalid('ChangeableForDays must be at least 3.');
    vault.lock = {
      minRetentionDays: min,
      maxRetentionDays: max,
      lockDate: grace === undefined ? undefined : new Date(clock.now + grace * dayMilliseconds),
    };
    return {};
  }

  /** Why a lock does not let a recovery point with this lifecycle in. */
  lockRefusal(name: string, lifecycle: Lifecycle | undefined): string | undefined {
    const { minRetentionDays: min, maxRetentionDays: max } = this.byName.get(name)?.lock ?? {};
    const days = lifecycle?.DeleteAfterDays;
    const retention = days === undefined || days < 0 ? Number.POSITIVE_INFINITY : days;
    if (min !== undefined && retention < min) {
      return `The retention period is shorter than the minimum of ${min} days that the lock of backup vault ${name} allows.`;
    }
    if (max !== undefined && retention > max) {
      return `The retention period is longer than the maximum of ${max} days that the lock of backup vault ${name} allows.`;
    }
    return undefined;
  }

  putAccessPolicy(input: PutBackupVaultAccessPolicyInput): Record<string, never> {
    const { name } = this.find(input.BackupVaultName ?? '');
    let document: PolicyDocument;
    try {
      document = JSON.parse(input.Policy ?? '') as PolicyDocument;
    } catch {
      throw invalid('The specified policy is not valid JSON.');
    }
    resourcePolicies(this.region.account).set(this.arn(name), document);
    return {};
  }

  accessPolicy(name: string): GetBackupVaultAccessPolicyOutput {
    this.require(name);
    const document = resourcePolicies(this.region.account).get(this.arn(name));
    if (!document) {
      throw new AwsError('ResourceNotFoundException', `Backup vault ${this.arn(name)} has no access policy.`);
    }
    return { BackupVaultName: name, BackupVaultArn: this.arn(name), Policy: JSON.stringify(document) };
  }

  /** Refuses a backup job for a vault that cannot take one (AWS Backup guide, "Logically air-gapped vault"). */
  requireForBackup(name: string): void {
    const { type = 'BACKUP_VAULT', state = 'AVAILABLE' } = this.find(name);
    if (type === 'BACKUP_VAULT' && state === 'AVAILABLE') return;
    throw new AwsError('InvalidRequestException', `Backup vault ${name} (${type}, ${state}) cannot take a backup.`);
  }

  /** Refuses what the vault's access policy denies to everyone; a denial for some principals only is not simulated. */
  checkDenial(name: string, action: string): void {
    const statements = listOf(resourcePolicies(this.region.account).get(this.arn(name))?.Statement);
    const isDenied = statements.some(
      ({ Effect, Principal, Action, Condition }) =>
        Effect === 'Deny' &&
        !Condition &&
        (Principal === '*' || (Principal as { AWS?: unknown } | undefined)?.AWS === '*') &&
        listOf(Action).includes(action),
    );
    if (isDenied) {
      const words = 'with an explicit deny in a resource-based policy';
      throw new AwsError(
        'AccessDeniedException',
        `Not authorized to perform: ${action} on ${this.arn(name)} ${words}`,
        403,
      );
    }
  }

  encryptionKeyArn(name: string): string {
    return this.find(name).encryptionKeyArn;
  }

  /** Refuses a vault that does not exist, in the words of the operations on jobs and recovery points. */
  require(name: string): void {
    this.find(name);
  }

  private find(name: string): Vault {
    const vault = this.byName.get(name);
    return vault ?? this.refuseMissing(name);
  }

  private refuseMissing(name: string): never {
    throw new AwsError('ResourceNotFoundException', `Backup vault ${this.arn(name)} does not exist.`);
  }
}

/** Takes a vault's ARN apart; undefined when it is none. */
export function readVaultArn(arn: string): VaultName | undefined {
  const match = /^arn:aws(?:-cn|-us-gov)?:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9\-_/]{2,50})$/.exec(arn);
  const [, region = '', accountId = '', name = ''] = match ?? [];
  return match && isRegion(region) ? { region, accountId, name } : undefined;
}

/** The region, of this or another account, in which a vault is; undefined when there is no such account. */
export function vaultOwner({ account }: Region, { region, accountId }: VaultName): Region | undefined {
  return account.account(accountId)?.region(region);
}
