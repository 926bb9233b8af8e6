import type { Lifecycle, StartBackupJobOutput } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { type Access, Service } from '../../service';
import type { BackupJob, JobHost } from './backup-job';
import { BusyResources } from './busy-resources';
import { CopyJobs } from './copy-jobs';
import { emitAtNextTick } from './events';
import { Outcomes } from './outcomes';
import { isManagedByDynamoDb, type RecoveryPoint, RecoveryPoints } from './recovery-points';
import { RestoreJobs } from './restore-jobs';
import { RestoreTesting } from './restore-testing';
import { Vaults } from './vaults';
import type { BackupWorld, WorldBackupJob } from './world';

/** A copy on its way into a vault. */
interface Copy {
  source: RecoveryPoint;
  sourceVaultArn: string;
  vaultName: string;
  iamRoleArn: string | undefined;
  lifecycle: Lifecycle | undefined;
  status: 'COMPLETED' | 'PARTIAL';
}

/** What the operations of Backup share: its state in one region, and what is looked up in it. */
export class BackupState extends Service {
  readonly iamPrefix = 'backup';
  readonly recoveryPoints: RecoveryPoints;
  readonly vaults: Vaults;
  /** Whether AWS Backup keeps backups of tables itself, instead of leaving them to DynamoDB. */
  advancedDynamoDb = true;
  /** The resource types that are turned off in this region. */
  turnedOff: string[] = [];
  readonly copyJobs: CopyJobs;
  readonly restoreJobs: RestoreJobs;
  readonly restoreTesting: RestoreTesting;
  readonly outcomes = new Outcomes<WorldBackupJob>();
  readonly jobs = new Map<string, BackupJob>();
  readonly byResource = new Map<string, BackupJob[]>();
  readonly byToken = new Map<string, BackupJob>();
  private readonly busy = new BusyResources();

  constructor(region: Region) {
    super(region);
    this.recoveryPoints = new RecoveryPoints(region);
    this.vaults = new Vaults(region, () => this.recoveryPoints.seen());
    this.copyJobs = new CopyJobs(region, this.vaults, this.recoveryPoints, this.busy);
    this.restoreJobs = new RestoreJobs(region, this.vaults, this.recoveryPoints);
    this.restoreTesting = new RestoreTesting(region, this.recoveryPoints, (input, source, test) =>
      this.restoreJobs.startTest(input, source, test),
    );
  }

  /** Takes what a world declares for this region; outcomes of jobs hold in every region. */
  load(world: BackupWorld): void {
    const { homeRegion } = this.region.account;
    const isHere = (declared: { Region?: string }) => (declared.Region ?? homeRegion) === this.region.name;
    for (const vault of (world.vaults ?? []).filter(isHere)) this.vaults.load(vault);
    for (const point of (world.recoveryPoints ?? []).filter(isHere)) this.recoveryPoints.load(point);
    this.advancedDynamoDb = world.advancedDynamoDbBackup ?? true;
    this.turnedOff = world.backupTurnedOff ?? [];
    this.outcomes.add(world.backupJobs);
    this.copyJobs.outcomes.add(world.copyJobs);
    this.restoreJobs.outcomes.add(world.restoreJobs);
  }

  /** This region's state, in the form of a world. */
  snapshot(): Required<BackupWorld> {
    return {
      vaults: this.vaults.toWorld(),
      backupJobs: [...this.outcomes.declared],
      copyJobs: [...this.copyJobs.outcomes.declared],
      restoreJobs: [...this.restoreJobs.outcomes.declared],
      recoveryPoints: this.recoveryPoints.toWorld(),
      advancedDynamoDbBackup: this.advancedDynamoDb,
      backupTurnedOff: [...this.turnedOff],
    };
  }

  /** On a recovery point, or on a vault. */
  override usualAccess(operation: string, input: { BackupVaultName?: string; RecoveryPointArn?: string }): Access[] {
    const vault = input.BackupVaultName && this.vaults.arn(input.BackupVaultName);
    return [{ action: `backup:${operation}`, resource: input.RecoveryPointArn || vault || '*' }];
  }

  /** What an opt-out means for copies and restores is a doubt: API_UpdateRegionSettings speaks of backups. */
  refuseOptedOut(recoveryPointArn: string | undefined): void {
    const type = this.recoveryPoints.all().find(({ arn }) => arn === recoveryPointArn)?.resourceType;
    if (!type || !this.turnedOff.includes(type)) return;
    if (this.region.account.doubts.behaviour('backup.optOutOfRecoveries') === 'refused') throw notOptedIn(type);
  }

  /** Takes a copy into a vault of this region; returns the ARN of its recovery point. */
  receive({ source, sourceVaultArn, vaultName, iamRoleArn, lifecycle, status }: Copy): string {
    const arn = this.region.arn('backup', `recovery-point:${this.region.account.random.uuid()}`);
    this.keep(
      {
        ...source,
        arn,
        vaultName,
        iamRoleArn,
        completedAt: this.region.account.clock.date,
        lifecycle,
        tags: { ...source.tags },
        sourceVaultArn,
        encryptionKeyArn: this.vaults.encryptionKeyArn(vaultName),
      },
      status,
    );
    return arn;
  }

  readonly jobHost: JobHost = {
    claim: (job) => this.busy.claim(job.input.ResourceArn ?? '', job),
    release: (job) => this.busy.release(job.input.ResourceArn ?? '', job),
    refusal: (job) => this.vaults.lockRefusal(job.input.BackupVaultName ?? '', job.input.Lifecycle),
    keepRecoveryPoint: (job, arn, status) => {
      const { input, resource } = job;
      const vaultName = input.BackupVaultName ?? '';
      this.keep(
        {
          arn,
          vaultName,
          resourceArn: input.ResourceArn ?? '',
          resourceType: resource.type,
          resourceName: resource.name,
          iamRoleArn: input.IamRoleArn,
          createdAt: job.createdAt,
          completedAt: this.region.account.clock.date,
          sizeInBytes: resource.sizeInBytes,
          lifecycle: input.Lifecycle,
          tags: { ...resource.tags, ...input.RecoveryPointTags },
          restoreMetadata: resource.restoreMetadata,
          sourceVaultArn: undefined,
          // An AMI is encrypted as its volumes are, a recovery point of AWS Backup's own with the vault's key.
          encryptionKeyArn:
            resource.type === 'EC2' || isManagedByDynamoDb(arn) ? undefined : this.vaults.encryptionKeyArn(vaultName),
          table: resource.contents?.(),
        },
        status,
      );
      this.shareWithDynamoDb(arn, job);
    },
  };

  /** Without the advanced features, DynamoDB lists the backup as well. */
  private shareWithDynamoDb(arn: string, { createdAt, input, resource }: BackupJob): void {
    const image = resource.contents?.();
    if (!image || !isManagedByDynamoDb(arn)) return;
    const days = input.Lifecycle?.DeleteAfterDays;
    this.region.dynamodb.backups.put({
      arn,
      name: `awsbackup_${arn.slice(arn.lastIndexOf('/') + 1)}`,
      type: 'AWS_BACKUP',
      createdAt,
      status: 'AVAILABLE',
      image,
      restores: 0,
      ...(days !== undefined && days > 0 && { expiresAt: new Date(createdAt.getTime() + days * 86_400_000) }),
    });
  }

  private keep(point: Omit<RecoveryPoint, 'status'>, status: 'COMPLETED' | 'PARTIAL'): void {
    this.recoveryPoints.add(point, status);
    emitAtNextTick(this.region, 'Recovery Point State Change', [point.arn], {
      backupVaultName: point.vaultName,
      backupVaultArn: this.vaults.arn(point.vaultName),
      creationDate: point.createdAt.toISOString(),
      completionDate: point.completedAt?.toISOString(),
      iamRoleArn: point.iamRoleArn,
      resourceType: point.resourceType,
      resourceArn: point.resourceArn,
      status,
      isEncrypted: 'false',
      storageClass: 'WARM',
    });
  }

  started(job: BackupJob): StartBackupJobOutput {
    return { BackupJobId: job.id, CreationDate: job.createdAt, IsParent: false };
  }

  find(jobId: string | undefined): BackupJob {
    const job = this.jobs.get(jobId ?? '');
    if (job) return job;
    throw new AwsError('ResourceNotFoundException', `Backup job ${jobId} does not exist.`);
  }
}

export function notOptedIn(type: string): AwsError {
  return new AwsError('InvalidRequestException', `Resource type ${type} is not opted in for this account.`);
}

/** What starts a job hands a role to AWS Backup. */
export function passRole(roleArn: string | undefined): Access[] {
  const context = { 'iam:PassedToService': 'backup.amazonaws.com' };
  return roleArn ? [{ action: 'iam:PassRole', resource: roleArn, context }] : [];
}
