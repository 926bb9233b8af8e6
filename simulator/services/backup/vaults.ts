import type { BackupVaultListMember, CreateBackupVaultInput, CreateBackupVaultOutput } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import type { Region } from '../../region';
import { requireSupported } from '../../supported-parameters';

interface Vault {
  name: string;
  createdAt: Date;
  creatorRequestId: string | undefined;
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

  add(name: string, creatorRequestId?: string): Vault {
    const vault = { name, createdAt: this.region.account.clock.date, creatorRequestId };
    this.byName.set(name, vault);
    return vault;
  }

  create(input: CreateBackupVaultInput): CreateBackupVaultOutput {
    requireSupported('backup:CreateBackupVault', input, ['BackupVaultName', 'BackupVaultTags', 'CreatorRequestId']);
    const name = input.BackupVaultName ?? '';
    if (!/^[a-zA-Z0-9\-_]{2,50}$/.test(name)) {
      throw new AwsError('InvalidParameterValueException', `Invalid backup vault name: ${name}`);
    }
    const existing = this.byName.get(name);
    const isRepeated = existing?.creatorRequestId !== undefined && existing.creatorRequestId === input.CreatorRequestId;
    if (existing && !isRepeated) {
      throw new AwsError('AlreadyExistsException', 'Backup vault with the same name already exists', 400, {
        Arn: this.arn(name),
      });
    }
    const vault = existing ?? this.add(name, input.CreatorRequestId);
    return { BackupVaultName: name, BackupVaultArn: this.arn(name), CreationDate: vault.createdAt };
  }

  describe(name: string): BackupVaultListMember {
    const vault = this.byName.get(name);
    // AWS does not tell whether a vault is missing or forbidden.
    if (!vault) throw new AwsError('AccessDeniedException', 'Insufficient privileges to perform this action.', 403);
    return {
      BackupVaultName: name,
      BackupVaultArn: this.arn(name),
      VaultType: 'BACKUP_VAULT',
      CreationDate: vault.createdAt,
      CreatorRequestId: vault.creatorRequestId,
      NumberOfRecoveryPoints: this.recoveryPoints().filter((point) => point.vaultName === name).length,
      Locked: false,
    };
  }

  /** Refuses a vault that does not exist, in the words of the operations on jobs and recovery points. */
  require(name: string): void {
    if (this.byName.has(name)) return;
    throw new AwsError('ResourceNotFoundException', `Backup vault ${this.arn(name)} does not exist.`);
  }
}
