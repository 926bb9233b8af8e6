import type { BackupJob as BackupJobShape, BackupJobState, StartBackupJobInput } from '@aws-sdk/client-backup';
import { isAllowed } from '../../iam/authorize';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { emitAtNextTick, longDate } from './events';
import type { ProtectedResource } from './resources';
import { windows } from './start-backup-job';
import type { WorldBackupJob } from './world';

const createdSeconds = 5;
const runningSeconds = 40 * 60;
/** A job that is declared to fail and says nothing of its duration. */
const failingSeconds = 60;
const snapshotSeconds = 30;
/** How often AWS Backup tries to begin a job whose resource is busy. */
const retrySeconds = 600;
const abortingSeconds = 10;

const terminalStates: BackupJobState[] = ['COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED'];

interface Progress {
  state: BackupJobState;
  message?: string;
  startedAt?: Date;
  completedAt?: Date;
  recoveryPointArn?: string;
}

/** What a job asks of the service that runs it. */
export interface JobHost {
  /** Takes the resource for this job; false while another job of the same resource is running. */
  claim(job: BackupJob): boolean;
  release(job: BackupJob): void;
  /** Why the vault does not take the recovery point. */
  refusal(job: BackupJob): string | undefined;
  keepRecoveryPoint(job: BackupJob, recoveryPointArn: string, status: 'COMPLETED' | 'PARTIAL'): void;
}

/** One backup job: CREATED, RUNNING, and the end that the world declares. */
export class BackupJob {
  readonly createdAt: Date;
  readonly startBy: Date;
  private readonly progress: Lagging<Progress>;
  private readonly timers: (() => void)[] = [];
  private endCapture: ((isKept: boolean) => void) | undefined;
  private readonly recoveryPointArn: string;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly input: StartBackupJobInput,
    readonly resource: ProtectedResource,
    private readonly outcome: Omit<WorldBackupJob, 'Resource'>,
    private readonly host: JobHost,
  ) {
    const { clock } = region.account;
    const { startSeconds, completeSeconds } = windows(input);
    this.createdAt = clock.date;
    this.startBy = new Date(clock.now + startSeconds * 1000);
    this.recoveryPointArn = resource.newRecoveryPointArn();
    this.progress = new Lagging<Progress>(region.account, { state: 'CREATED' });
    this.tell({ state: 'CREATED' });
    emitAtNextTick(region, 'Backup Job State Change', [], {
      backupJobId: id,
      state: 'CREATED',
      creationDate: this.createdAt.toISOString(),
    });
    this.after(startSeconds, () => this.expireUnstarted());
    this.after(completeSeconds, () =>
      this.end(region.account.doubts.behaviour('backup.pastCompleteWindow'), 'Backup job expired before completion.'),
    );
    if (outcome.State !== 'EXPIRED') this.after(outcome.CreatedSeconds ?? createdSeconds, () => this.begin());
  }

  get state(): BackupJobState {
    return this.progress.current.state;
  }

  get seenState(): BackupJobState {
    return this.progress.seen.state;
  }

  get isOver(): boolean {
    return terminalStates.includes(this.state);
  }

  stop(): void {
    this.set({ ...this.progress.current, state: 'ABORTING' });
    this.clearTimers();
    this.after(abortingSeconds, () => this.end('ABORTED', 'Backup job was stopped by user.'));
  }

  describe(): BackupJobShape {
    const { seen } = this.progress;
    const percent = this.percentDone(seen);
    return {
      AccountId: this.region.account.id,
      BackupJobId: this.id,
      BackupVaultName: this.input.BackupVaultName,
      BackupVaultArn: this.vaultArn,
      RecoveryPointArn: seen.recoveryPointArn,
      RecoveryPointLifecycle: this.input.Lifecycle,
      ResourceArn: this.input.ResourceArn,
      ResourceName: this.resource.name,
      ResourceType: this.resource.type,
      CreationDate: this.createdAt,
      InitiationDate: this.createdAt,
      CompletionDate: seen.completedAt,
      State: seen.state,
      StatusMessage: seen.message,
      PercentDone: percent.toFixed(1),
      BackupSizeInBytes: seen.startedAt ? this.resource.sizeInBytes : undefined,
      BytesTransferred: Math.floor((this.resource.sizeInBytes * percent) / 100),
      IamRoleArn: this.input.IamRoleArn,
      StartBy: this.startBy,
      ExpectedCompletionDate: seen.state === 'RUNNING' ? this.expectedCompletion(seen) : undefined,
      BackupOptions: this.input.BackupOptions,
      IsParent: false,
    };
  }

  private get vaultArn(): string {
    return this.region.arn('backup', `backup-vault:${this.input.BackupVaultName}`);
  }

  private get durationSeconds(): number {
    const isKept = this.outcome.State === 'COMPLETED' || this.outcome.State === 'PARTIAL';
    return this.outcome.DurationSeconds ?? (isKept ? runningSeconds : failingSeconds);
  }

  private begin(): void {
    if (!this.host.claim(this)) {
      this.after(retrySeconds, () => this.begin());
      return;
    }
    this.set({ state: 'RUNNING', startedAt: this.region.account.clock.date });
    const refusal = this.refusal();
    if (refusal) {
      this.after(1, () => this.end('FAILED', refusal));
      return;
    }
    const isKept = this.outcome.State === 'COMPLETED' || this.outcome.State === 'PARTIAL';
    const captureSeconds = this.outcome.SnapshotSeconds;
    if (captureSeconds !== null && (isKept || captureSeconds !== undefined)) {
      const seconds = Math.min(captureSeconds ?? snapshotSeconds, this.durationSeconds);
      this.after(seconds, () => {
        this.endCapture = this.resource.capture(this.recoveryPointArn);
      });
    }
    this.after(this.durationSeconds, () => this.end(this.outcome.State, this.outcome.StatusMessage ?? this.remark()));
  }

  /** Why the job cannot be done, whatever the world declares. */
  private refusal(): string | undefined {
    const { ResourceArn: arn = '', IamRoleArn: role = '' } = this.input;
    const { account } = this.region;
    if (!this.resource.exists) return `Resource ${arn} does not exist.`;
    const caller = { principalArn: role, accountId: account.id };
    if (isAllowed(account, caller, { action: this.resource.requiredAction, resource: arn })) {
      return this.host.refusal(this);
    }
    return (
      'You are not authorized to perform this operation. Please consult the permissions associated with your ' +
      'AWS Backup role(s), and refer to the AWS Backup documentation for more details.'
    );
  }

  private remark(): string | undefined {
    if (this.outcome.State === 'FAILED') return 'Backup job failed.';
    if (this.outcome.State === 'ABORTED') return 'Backup job was stopped by user.';
    const hasVss = this.input.BackupOptions?.WindowsVSS === 'enabled';
    if (!hasVss || this.resource.isWindows) return undefined;
    return 'Windows VSS Backup Job Error encountered, trying for regular backup';
  }

  private expireUnstarted(): void {
    if (this.state !== 'CREATED') return;
    this.end(
      'EXPIRED',
      this.outcome.State === 'EXPIRED' && this.outcome.StatusMessage
        ? this.outcome.StatusMessage
        : 'Backup job failed because there was a running job for the same resource.',
    );
  }

  private end(state: BackupJobState, message: string | undefined): void {
    if (this.isOver) return;
    this.clearTimers();
    this.host.release(this);
    const { startedAt } = this.progress.current;
    const isKept = state === 'COMPLETED' || state === 'PARTIAL';
    this.endCapture?.(isKept);
    if (isKept) this.host.keepRecoveryPoint(this, this.recoveryPointArn, state);
    this.set({
      state,
      completedAt: this.region.account.clock.date,
      ...(message ? { message } : {}),
      ...(startedAt ? { startedAt } : {}),
      ...(isKept ? { recoveryPointArn: this.recoveryPointArn } : {}),
    });
  }

  private set(progress: Progress): void {
    this.progress.set(progress);
    this.tell(progress);
    // No sample shows ABORTING: the page lists the states that have events.
    if (progress.state === 'ABORTING') return;
    const percent = this.percentDone(progress);
    const hasStarted = progress.startedAt !== undefined;
    emitAtNextTick(
      this.region,
      'Backup Job State Change',
      progress.recoveryPointArn ? [progress.recoveryPointArn] : [],
      {
        backupJobId: this.id,
        ...(hasStarted ? { backupSizeInBytes: String(this.resource.sizeInBytes) } : {}),
        backupVaultArn: this.vaultArn,
        backupVaultName: this.input.BackupVaultName,
        bytesTransferred: String(Math.floor((this.resource.sizeInBytes * percent) / 100)),
        creationDate: this.createdAt.toISOString(),
        iamRoleArn: this.input.IamRoleArn,
        resourceArn: this.input.ResourceArn,
        resourceType: this.resource.type,
        state: progress.state,
        // In the samples the message is a JSON text within the JSON.
        ...(progress.message ? { statusMessage: JSON.stringify(progress.message) } : {}),
        ...(progress.completedAt ? { completionDate: progress.completedAt.toISOString() } : {}),
        startBy: this.startBy.toISOString(),
        ...(progress.state === 'RUNNING'
          ? { expectedCompletionDate: longDate(this.expectedCompletion(progress)) }
          : {}),
        percentDone: percent,
      },
    );
  }

  private tell({ state, message, recoveryPointArn }: Progress): void {
    this.region.account.observer.tell('job', this.input.ResourceArn ?? '', {
      kind: 'backup',
      id: this.id,
      state,
      ...(message === undefined ? {} : { statusMessage: message }),
      ...(recoveryPointArn === undefined ? {} : { made: recoveryPointArn }),
    });
  }

  private percentDone({ state, startedAt }: Progress): number {
    if (state === 'COMPLETED' || state === 'PARTIAL') return 100;
    if (state !== 'RUNNING' || !startedAt) return 0;
    const elapsed = (this.region.account.clock.now - startedAt.getTime()) / 1000;
    return Math.min(99, Math.floor((elapsed / this.durationSeconds) * 100));
  }

  private expectedCompletion({ startedAt }: Progress): Date {
    return new Date((startedAt ?? this.createdAt).getTime() + this.durationSeconds * 1000);
  }

  private after(seconds: number, action: () => void): void {
    this.timers.push(this.region.account.clock.after(seconds, action));
  }

  private clearTimers(): void {
    for (const cancel of this.timers.splice(0)) cancel();
  }
}
