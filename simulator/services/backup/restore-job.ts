import type { RestoreJobStatus, RestoreJobsListMember, StartRestoreJobInput } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { emitAtNextTick } from './events';
import type { RecoveryPoint } from './recovery-points';
import type { Restoration } from './restoration';
import { type RestoreTest, TestedResource } from './tested-resource';
import type { WorldRestoreJob } from './world';

const createdSeconds = 5;
const failingSeconds = 300;
/** From RUNNING to the new resource. */
const creationSeconds = 30;

interface Progress {
  status: RestoreJobStatus;
  message?: string;
  startedAt?: Date;
  completedAt?: Date;
  createdResourceArn?: string;
}

/** One restore job: PENDING, RUNNING, and the end that the world declares. */
export class RestoreJob {
  readonly createdAt: Date;
  /** Of a job of restore testing. */
  readonly tested: TestedResource | undefined;
  private readonly progress: Lagging<Progress>;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly input: StartRestoreJobInput,
    readonly source: RecoveryPoint,
    private readonly outcome: Omit<WorldRestoreJob, 'Resource'>,
    private readonly restoration: Restoration,
    test?: RestoreTest,
  ) {
    const { clock } = region.account;
    this.createdAt = clock.date;
    this.tested = test && new TestedResource(region, test, () => this.outcome.DeletionFails ?? restoration.remove());
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
      CreatedResourceArn: seen.createdResourceArn ?? this.shownEarly,
      ResourceType: this.source.resourceType,
      RecoveryPointCreationDate: this.source.createdAt,
      IsParent: false,
      ...(this.tested && this.describeTest(this.tested)),
    };
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRestoreJob.html */
  private describeTest({ test, validation, deletion }: TestedResource): Partial<RestoreJobsListMember> {
    return {
      CreatedBy: { RestoreTestingPlanArn: test.planArn },
      ValidationStatus: validation?.status,
      ValidationStatusMessage: validation?.message,
      DeletionStatus: deletion?.status,
      DeletionStatusMessage: deletion?.message,
    };
  }

  /** The resource that a job has made and not finished; the job's events say nothing of it. */
  private get shownEarly(): string | undefined {
    const made = this.restoration.madeArn;
    if (!made) return undefined;
    return this.region.account.doubts.behaviour('backup.createdResourceArn') === 'onceMade' ? made : undefined;
  }

  private get vaultArn(): string {
    return this.region.arn('backup', `backup-vault:${this.source.vaultName}`);
  }

  private get durationSeconds(): number {
    const { DurationSeconds, State } = this.outcome;
    return DurationSeconds ?? (State === 'COMPLETED' ? this.restoration.durationSeconds : failingSeconds);
  }

  private begin(): void {
    const { clock } = this.region.account;
    const startedAt = clock.date;
    this.set({ status: 'RUNNING', startedAt });
    const refusal = this.restoration.refusal();
    if (refusal) {
      clock.after(1, () => this.end({ status: 'FAILED', message: refusal, startedAt }));
      return;
    }
    const { State, LeavesFileSystem, LeavesTable } = this.outcome;
    const isLeft = State === 'COMPLETED' || (LeavesFileSystem ?? LeavesTable ?? true);
    const createsAt = Math.min(creationSeconds, this.durationSeconds);
    if (isLeft) clock.after(createsAt, () => this.open(startedAt));
    clock.after(this.durationSeconds, () => this.finish(startedAt));
  }

  private finish(startedAt: Date): void {
    // It may have failed for want of something to restore into.
    if (this.progress.current.status !== 'RUNNING') return;
    const { State: status, StatusMessage } = this.outcome;
    const isDone = status === 'COMPLETED';
    const arn = this.restoration.close(isDone, startedAt);
    const message =
      StatusMessage ??
      { COMPLETED: undefined, FAILED: 'Restore job failed.', ABORTED: 'Restore job was aborted.' }[status];
    this.end({
      status,
      startedAt,
      ...(message ? { message } : {}),
      ...(isDone && arn ? { createdResourceArn: arn } : {}),
    });
    if (isDone || this.region.account.doubts.behaviour('backup.failedTestLeftovers') === 'deleted')
      this.tested?.begin();
  }

  private open(startedAt: Date): void {
    try {
      this.restoration.open();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.end({ status: 'FAILED', message: error.message, startedAt });
    }
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
      ...(this.tested && { restoreTestingPlanArn: this.tested.test.planArn }),
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
