import type { CopyJob as CopyJobShape, CopyJobState, Lifecycle, StartCopyJobInput } from '@aws-sdk/client-backup';
import { isAllowed } from '../../iam/authorize';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import type { BusyResources } from './busy-resources';
import { emitAtNextTick } from './events';
import { coldRefusal, type RecoveryPoint, storageClassOf } from './recovery-points';
import { type VaultName, vaultOwner } from './vaults';
import type { WorldCopyJob } from './world';

const createdSeconds = 5;
const runningSeconds = 30 * 60;
const failingSeconds = 60;
/** How often AWS Backup tries to begin a job whose resource is busy. */
const retrySeconds = 600;
/** How soon a copy whose other region does not answer looks again. */
const unreachableSeconds = 60;

interface Progress {
  state: CopyJobState;
  message?: string;
  completedAt?: Date;
  recoveryPointArn?: string;
}

/** One copy job: CREATED, RUNNING, and the end that the world declares. It runs in the region of its source. */
export class CopyJob {
  readonly createdAt: Date;
  readonly lifecycle: Lifecycle | undefined;
  private readonly progress: Lagging<Progress>;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly input: StartCopyJobInput,
    readonly source: RecoveryPoint,
    private readonly destination: VaultName,
    private readonly outcome: Omit<WorldCopyJob, 'Resource'>,
    private readonly busy: BusyResources,
  ) {
    this.createdAt = region.account.clock.date;
    // Without a lifecycle of its own, and also when it is never to be deleted, a copy keeps that of its source.
    this.lifecycle = hasRetention(input.Lifecycle) ? input.Lifecycle : source.lifecycle;
    this.progress = new Lagging<Progress>(region.account, { state: 'CREATED' });
    this.emit({ state: 'CREATED' });
    region.account.clock.after(outcome.CreatedSeconds ?? createdSeconds, () => this.begin());
  }

  get seenState(): CopyJobState {
    return this.progress.seen.state;
  }

  get completedAt(): Date | undefined {
    return this.progress.seen.completedAt;
  }

  describe(): CopyJobShape {
    const { seen } = this.progress;
    return {
      AccountId: this.region.account.id,
      CopyJobId: this.id,
      SourceBackupVaultArn: this.sourceVaultArn,
      SourceRecoveryPointArn: this.source.arn,
      DestinationBackupVaultArn: this.input.DestinationBackupVaultArn,
      DestinationRecoveryPointArn: seen.recoveryPointArn,
      DestinationRecoveryPointLifecycle: this.lifecycle,
      ResourceArn: this.source.resourceArn,
      ResourceName: this.source.resourceName,
      ResourceType: this.source.resourceType,
      CreationDate: this.createdAt,
      CompletionDate: seen.completedAt,
      State: seen.state,
      StatusMessage: seen.message,
      BackupSizeInBytes: this.source.sizeInBytes,
      IamRoleArn: this.input.IamRoleArn,
      IsParent: false,
    };
  }

  private get sourceVaultArn(): string {
    return this.region.arn('backup', `backup-vault:${this.input.SourceBackupVaultName}`);
  }

  private begin(): void {
    const { clock } = this.region.account;
    if (!this.busy.claim(this.source.resourceArn, this)) {
      clock.after(retrySeconds, () => this.begin());
      return;
    }
    this.set({ state: 'RUNNING' });
    const refusal = this.refusal();
    if (refusal) {
      clock.after(1, () => this.end({ state: 'FAILED', message: refusal }));
      return;
    }
    const usual = this.outcome.State === 'FAILED' ? failingSeconds : runningSeconds;
    clock.after(this.outcome.DurationSeconds ?? usual, () => this.finish());
  }

  private finish(): void {
    const { clock, doubts, unreachableRegions } = this.region.account;
    if (unreachableRegions.has(this.region.name) || unreachableRegions.has(this.destination.region)) {
      if (doubts.behaviour('backup.copyAndSilentRegion') === 'fails') {
        this.end({ state: 'FAILED', message: 'Copy job failed because a region could not be reached.' });
        return;
      }
      clock.after(unreachableSeconds, () => this.finish());
      return;
    }
    const { State: state, StatusMessage: message } = this.outcome;
    if (state === 'FAILED') {
      this.end({ state, message: message ?? 'Copy job failed.' });
      return;
    }
    const recoveryPointArn = vaultOwner(this.region, this.destination)?.backup.receive({
      source: this.source,
      sourceVaultArn: this.sourceVaultArn,
      vaultName: this.destination.name,
      iamRoleArn: this.input.IamRoleArn,
      lifecycle: this.lifecycle,
      status: state,
    });
    this.end({ state, ...(message ? { message } : {}), ...(recoveryPointArn ? { recoveryPointArn } : {}) });
  }

  /** Why the copy cannot be made, whatever the world declares. */
  private refusal(): string | undefined {
    const { account } = this.region;
    const { DestinationBackupVaultArn: arn = '', IamRoleArn: role = '' } = this.input;
    const owner = vaultOwner(this.region, this.destination);
    const caller = { principalArn: role, accountId: account.id };
    const into = { action: 'backup:CopyIntoBackupVault', resource: arn };
    const from = { action: 'backup:CopyFromBackupVault', resource: this.sourceVaultArn };
    const isRoleAsked = account.doubts.behaviour('backup.rightsOfCopies') === 'ofTheRole';
    const isPermitted =
      owner !== undefined &&
      (!isRoleAsked || (isAllowed(account, caller, from) && isAllowed(account, caller, into))) &&
      // Another account's vault has to let this account in.
      (owner.account === account || isAllowed(owner.account, caller, into));
    if (!isPermitted) return 'Access Denied trying to call AWS Backup service';
    if (storageClassOf(this.source, account.clock.now) === 'COLD') return coldRefusal(this.source);
    if (!owner.backup.vaults.has(this.destination.name)) return `Backup vault ${arn} does not exist.`;
    return owner.backup.vaults.lockRefusal(this.destination.name, this.lifecycle);
  }

  private end(progress: Progress): void {
    this.busy.release(this.source.resourceArn, this);
    this.set({ ...progress, completedAt: this.region.account.clock.date });
  }

  private set(progress: Progress): void {
    this.progress.set(progress);
    this.emit(progress);
  }

  private emit({ state, message, completedAt, recoveryPointArn }: Progress): void {
    this.region.account.observer.tell('job', this.source.resourceArn, {
      kind: 'copy',
      id: this.id,
      state,
      ...(message === undefined ? {} : { statusMessage: message }),
      ...(recoveryPointArn === undefined ? {} : { made: recoveryPointArn }),
    });
    emitAtNextTick(this.region, 'Copy Job State Change', [this.source.arn], {
      // The sample of CREATED has no id.
      ...(state === 'CREATED' ? {} : { copyJobId: this.id }),
      backupSizeInBytes: this.source.sizeInBytes,
      creationDate: this.createdAt.toISOString(),
      iamRoleArn: this.input.IamRoleArn,
      resourceArn: this.source.resourceArn,
      resourceType: this.source.resourceType,
      sourceBackupVaultArn: this.sourceVaultArn,
      state,
      ...(message ? { statusMessage: message } : {}),
      ...(completedAt ? { completionDate: completedAt.toISOString() } : {}),
      destinationBackupVaultArn: this.input.DestinationBackupVaultArn,
      // In the samples it is an empty object until there is one.
      destinationRecoveryPointArn: recoveryPointArn ?? {},
    });
  }
}

function hasRetention(lifecycle: Lifecycle | undefined): boolean {
  return lifecycle?.DeleteAfterDays !== undefined && lifecycle.DeleteAfterDays > 0;
}
