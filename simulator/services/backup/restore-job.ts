import type { RestoreJobStatus, RestoreJobsListMember, StartRestoreJobInput } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import { isAllowed } from '../../iam/authorize';
import { Lagging } from '../../lagging';
import type { Region } from '../../region';
import type { FileSystem } from '../efs/file-system';
import { keyIsUsable } from '../efs/settings';
import { emitAtNextTick } from './events';
import type { RecoveryPoint } from './recovery-points';
import type { WorldRestoreJob } from './world';

const createdSeconds = 5;
const runningSeconds = 45 * 60;
const failingSeconds = 300;
/** From RUNNING to the new file system. */
const creationSeconds = 30;

interface Progress {
  status: RestoreJobStatus;
  message?: string;
  startedAt?: Date;
  completedAt?: Date;
  createdResourceArn?: string;
}

/** One restore job of an EFS file system: PENDING, RUNNING, and the end that the world declares. */
export class RestoreJob {
  readonly createdAt: Date;
  private readonly progress: Lagging<Progress>;
  private fileSystem: FileSystem | undefined;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly input: StartRestoreJobInput,
    readonly source: RecoveryPoint,
    private readonly outcome: Omit<WorldRestoreJob, 'Resource'>,
  ) {
    const { clock } = region.account;
    this.createdAt = clock.date;
    this.progress = new Lagging<Progress>(region.account, { status: 'PENDING' });
    this.tell({ status: 'PENDING' });
    emitAtNextTick(region, 'Restore Job State Change', [source.arn], {
      restoreJobId: id,
      // Every later event says `status`.
      state: 'CREATED',
      creationDate: this.createdAt.toISOString(),
    });
    clock.after(outcome.CreatedSeconds ?? createdSeconds, () => this.begin());
  }

  get seenStatus(): RestoreJobStatus {
    return this.progress.seen.status;
  }

  get completedAt(): Date | undefined {
    return this.progress.seen.completedAt;
  }

  describe(): RestoreJobsListMember {
    const { seen } = this.progress;
    return {
      AccountId: this.region.account.id,
      RestoreJobId: this.id,
      RecoveryPointArn: this.source.arn,
      SourceResourceArn: this.source.resourceArn,
      BackupVaultArn: this.vaultArn,
      CreationDate: this.createdAt,
      CompletionDate: seen.completedAt,
      Status: seen.status,
      StatusMessage: seen.message,
      PercentDone: `${this.percentDone(seen).toFixed(2)}%`,
      BackupSizeInBytes: this.source.sizeInBytes,
      IamRoleArn: this.input.IamRoleArn,
      CreatedResourceArn: seen.createdResourceArn,
      ResourceType: this.source.resourceType,
      RecoveryPointCreationDate: this.source.createdAt,
      IsParent: false,
    };
  }

  private get vaultArn(): string {
    return this.region.arn('backup', `backup-vault:${this.source.vaultName}`);
  }

  private get durationSeconds(): number {
    return this.outcome.DurationSeconds ?? (this.outcome.State === 'COMPLETED' ? runningSeconds : failingSeconds);
  }

  private begin(): void {
    const { clock } = this.region.account;
    const startedAt = clock.date;
    this.set({ status: 'RUNNING', startedAt });
    const refusal = this.refusal();
    if (refusal) {
      clock.after(1, () => this.end({ status: 'FAILED', message: refusal, startedAt }));
      return;
    }
    const isLeft = this.outcome.State === 'COMPLETED' || (this.outcome.LeavesFileSystem ?? true);
    const createsAt = Math.min(creationSeconds, this.durationSeconds);
    if (isLeft) clock.after(createsAt, () => this.openFileSystem());
    clock.after(this.durationSeconds, () => this.finish(startedAt));
  }

  private finish(startedAt: Date): void {
    // It may have failed for want of a file system.
    if (this.progress.current.status !== 'RUNNING') return;
    const { State: status, StatusMessage } = this.outcome;
    const isDone = status === 'COMPLETED';
    const stamp = startedAt.toISOString().replace(/[:.]/g, '-');
    this.fileSystem?.directories.push(`${isDone ? 'aws-backup-restore' : 'aws-backup-failed-restore'}_${stamp}`);
    if (this.fileSystem && isDone) this.fileSystem.sizeInBytes += this.source.sizeInBytes;
    const message =
      StatusMessage ??
      { COMPLETED: undefined, FAILED: 'Restore job failed.', ABORTED: 'Restore job was aborted.' }[status];
    this.end({
      status,
      startedAt,
      ...(message ? { message } : {}),
      ...(isDone && this.fileSystem ? { createdResourceArn: this.fileSystem.arn } : {}),
    });
  }

  /** Makes the file system that the metadata describe, or takes the one that they name. */
  private openFileSystem(): void {
    const { Metadata: metadata = {}, CopySourceTagsToRestoredResource: copiesTags } = this.input;
    if (metadata.newFileSystem === 'false') {
      this.fileSystem = this.region.efs.fileSystem(metadata['file-system-id'] ?? '');
      return;
    }
    try {
      this.fileSystem = this.region.efs.create(metadata.CreationToken ?? '', {
        Encrypted: metadata.Encrypted === 'true',
        ...(metadata.KmsKeyId ? { KmsKeyId: metadata.KmsKeyId } : {}),
        PerformanceMode: metadata.PerformanceMode === 'maxIO' ? 'maxIO' : 'generalPurpose',
        Tags: Object.entries(copiesTags ? this.source.tags : {}).map(([Key, Value]) => ({ Key, Value })),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.end({ status: 'FAILED', message: error.message });
    }
  }

  /** Why the restore cannot be done, whatever the world declares. */
  private refusal(): string | undefined {
    const { account, efs } = this.region;
    const { Metadata: metadata = {}, IamRoleArn: role = '' } = this.input;
    const isNew = metadata.newFileSystem !== 'false';
    const caller = { principalArn: role, accountId: account.id };
    const resource = this.region.arn('elasticfilesystem', `file-system/${isNew ? '*' : metadata['file-system-id']}`);
    const actions = ['elasticfilesystem:Restore', ...(isNew ? ['elasticfilesystem:CreateFileSystem'] : [])];
    if (!actions.every((action) => isAllowed(account, caller, { action, resource }))) {
      return (
        'You are not authorized to perform this operation. Please consult the permissions associated with your ' +
        'AWS Backup role(s), and refer to the AWS Backup documentation for more details.'
      );
    }
    if (!isNew) {
      const id = metadata['file-system-id'] ?? '';
      return efs.fileSystem(id) ? undefined : `File system '${id}' does not exist.`;
    }
    if (metadata.KmsKeyId && !keyIsUsable(this.region, metadata.KmsKeyId)) {
      return `The KMS key ${metadata.KmsKeyId} is not valid in ${this.region.name}.`;
    }
    return undefined;
  }

  private end(progress: Progress): void {
    this.set({ ...progress, completedAt: this.region.account.clock.date });
  }

  private set(progress: Progress): void {
    this.progress.set(progress);
    this.tell(progress);
    const { status, message, completedAt, createdResourceArn } = progress;
    emitAtNextTick(this.region, 'Restore Job State Change', [this.source.arn], {
      restoreJobId: this.id,
      backupSizeInBytes: String(this.source.sizeInBytes),
      creationDate: this.createdAt.toISOString(),
      iamRoleArn: this.input.IamRoleArn,
      // The samples say 0 even when the job is done.
      percentDone: 0,
      resourceType: this.source.resourceType,
      status,
      ...(message ? { statusMessage: message } : {}),
      ...(completedAt ? { completionDate: completedAt.toISOString() } : {}),
      ...(createdResourceArn ? { createdResourceArn } : {}),
      recoveryPointArn: this.source.arn,
      sourceResourceArn: this.source.resourceArn,
      backupVaultArn: this.vaultArn,
    });
  }

  private tell({ status: state, message, createdResourceArn }: Progress): void {
    this.region.account.observer.tell('job', this.source.resourceArn, {
      kind: 'restore',
      id: this.id,
      state,
      ...(message === undefined ? {} : { statusMessage: message }),
      ...(createdResourceArn === undefined ? {} : { made: createdResourceArn }),
    });
  }

  private percentDone({ status, startedAt }: Progress): number {
    if (status === 'COMPLETED') return 100;
    if (status !== 'RUNNING' || !startedAt) return 0;
    const elapsed = (this.region.account.clock.now - startedAt.getTime()) / 1000;
    return Math.min(99, Math.floor((elapsed / this.durationSeconds) * 100));
  }
}
