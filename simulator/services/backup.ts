import type {
  CreateBackupVaultInput,
  CreateBackupVaultOutput,
  DescribeBackupJobInput,
  DescribeBackupJobOutput,
  DescribeBackupVaultInput,
  DescribeBackupVaultOutput,
  DescribeCopyJobInput,
  DescribeCopyJobOutput,
  DescribeRecoveryPointInput,
  DescribeRecoveryPointOutput,
  DescribeRegionSettingsOutput,
  DescribeRestoreJobInput,
  DescribeRestoreJobOutput,
  GetBackupVaultAccessPolicyInput,
  GetBackupVaultAccessPolicyOutput,
  GetRecoveryPointRestoreMetadataInput,
  GetRecoveryPointRestoreMetadataOutput,
  GetRestoreJobMetadataInput,
  GetRestoreJobMetadataOutput,
  Lifecycle,
  ListBackupJobsInput,
  ListBackupJobsOutput,
  ListBackupVaultsInput,
  ListBackupVaultsOutput,
  ListCopyJobsInput,
  ListCopyJobsOutput,
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput,
  ListRestoreJobsByProtectedResourceInput,
  ListRestoreJobsByProtectedResourceOutput,
  ListRestoreJobsInput,
  ListRestoreJobsOutput,
  PutBackupVaultAccessPolicyInput,
  PutBackupVaultLockConfigurationInput,
  StartBackupJobInput,
  StartBackupJobOutput,
  StartCopyJobInput,
  StartCopyJobOutput,
  StartRestoreJobInput,
  StartRestoreJobOutput,
  StopBackupJobInput,
} from '@aws-sdk/client-backup';
import { AwsError } from '../errors';
import type { Region } from '../places';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { BackupJob, type JobHost } from './backup/backup-job';
import { BusyResources } from './backup/busy-resources';
import { CopyJobs } from './backup/copy-jobs';
import { emitAtNextTick } from './backup/events';
import { namesOf, Outcomes } from './backup/outcomes';
import { pageOf } from './backup/page-size';
import { isManagedByDynamoDb, type RecoveryPoint, RecoveryPoints } from './backup/recovery-points';
import { protectedResource } from './backup/resources';
import { RestoreJobs } from './backup/restore-jobs';
import { checkBackupOptions, checkStartBackupJob } from './backup/start-backup-job';
import { Vaults } from './backup/vaults';
import type { BackupWorld, WorldBackupJob } from './backup/world';

/** The resource types that AWS Backup protects here; every one is turned on unless the world says otherwise. */
const resourceTypes = ['EC2', 'EBS', 'EFS', 'DynamoDB'];

/** A copy on its way into a vault. */
interface Copy {
  source: RecoveryPoint;
  sourceVaultArn: string;
  vaultName: string;
  iamRoleArn: string | undefined;
  lifecycle: Lifecycle | undefined;
  status: 'COMPLETED' | 'PARTIAL';
}

declare module '../places' {
  interface Region {
    readonly backup: Backup;
  }
}

/** AWS Backup: vaults, recovery points, and backup, copy and restore jobs. */
export class Backup extends Service {
  readonly iamPrefix = 'backup';
  readonly recoveryPoints: RecoveryPoints;
  readonly vaults: Vaults;
  /** Whether AWS Backup keeps backups of tables itself, instead of leaving them to DynamoDB. */
  advancedDynamoDb = true;
  /** The resource types that are turned off in this region. */
  private turnedOff: string[] = [];
  private readonly copyJobs: CopyJobs;
  private readonly restoreJobs: RestoreJobs;
  private readonly outcomes = new Outcomes<WorldBackupJob>();
  private readonly jobs = new Map<string, BackupJob>();
  private readonly byResource = new Map<string, BackupJob[]>();
  private readonly byToken = new Map<string, BackupJob>();
  private readonly busy = new BusyResources();

  constructor(region: Region) {
    super(region);
    this.recoveryPoints = new RecoveryPoints(region);
    this.vaults = new Vaults(region, () => this.recoveryPoints.seen());
    this.copyJobs = new CopyJobs(region, this.vaults, this.recoveryPoints, this.busy);
    this.restoreJobs = new RestoreJobs(region, this.vaults, this.recoveryPoints);
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

  override access(
    operation: string,
    input: { BackupVaultName?: string; RecoveryPointArn?: string; ResourceArn?: string; IamRoleArn?: string },
  ): Access[] {
    const action = `backup:${operation}`;
    const context = { 'iam:PassedToService': 'backup.amazonaws.com' };
    const passRole = input.IamRoleArn ? [{ action: 'iam:PassRole', resource: input.IamRoleArn, context }] : [];
    return [{ action, resource: this.resourceOf(operation, input) }, ...passRole];
  }

  CreateBackupVault(input: CreateBackupVaultInput): CreateBackupVaultOutput {
    return this.vaults.create(input);
  }

  DescribeBackupVault(input: DescribeBackupVaultInput): DescribeBackupVaultOutput {
    requireSupported('backup:DescribeBackupVault', input, ['BackupVaultName']);
    return this.vaults.describe(input.BackupVaultName ?? '');
  }

  ListBackupVaults(input: ListBackupVaultsInput): ListBackupVaultsOutput {
    requireSupported('backup:ListBackupVaults', input, ['NextToken', 'MaxResults']);
    const { items, nextToken } = pageOf(this.vaults.names(), input);
    return { BackupVaultList: items.map((name) => this.vaults.describe(name)), NextToken: nextToken };
  }

  StartBackupJob(input: StartBackupJobInput): StartBackupJobOutput {
    // The same token means the same job, whatever else the request says.
    const known = input.IdempotencyToken ? this.byToken.get(input.IdempotencyToken) : undefined;
    if (known) return this.started(known);
    checkStartBackupJob(this.region, input);
    this.vaults.requireForBackup(input.BackupVaultName ?? '');
    const resource = protectedResource(this.region, input.ResourceArn ?? '');
    if (this.turnedOff.includes(resource.type)) throw notOptedIn(resource.type);
    checkBackupOptions(resource.type, input.BackupOptions);
    const job = new BackupJob(
      this.region,
      this.region.account.random.uuid(),
      input,
      resource,
      this.outcomes.take(namesOf(input.ResourceArn ?? '')) ?? { State: 'COMPLETED' },
      this.jobHost,
    );
    this.jobs.set(job.id, job);
    const ofResource = this.byResource.get(input.ResourceArn ?? '') ?? [];
    this.byResource.set(input.ResourceArn ?? '', [...ofResource, job]);
    if (input.IdempotencyToken) this.byToken.set(input.IdempotencyToken, job);
    return this.started(job);
  }

  DescribeBackupJob(input: DescribeBackupJobInput): DescribeBackupJobOutput {
    return this.find(input.BackupJobId).describe();
  }

  ListBackupJobs(input: ListBackupJobsInput): ListBackupJobsOutput {
    requireSupported('backup:ListBackupJobs', input, [
      'NextToken',
      'MaxResults',
      'ByResourceArn',
      'ByState',
      'ByBackupVaultName',
      'ByCreatedBefore',
      'ByCreatedAfter',
      'ByResourceType',
      'ByAccountId',
    ]);
    const candidates = input.ByResourceArn ? (this.byResource.get(input.ByResourceArn) ?? []) : this.jobs.values();
    const jobs = [...candidates]
      .reverse()
      .filter(
        (job) =>
          (!input.ByState || job.seenState === input.ByState) &&
          (!input.ByBackupVaultName || job.input.BackupVaultName === input.ByBackupVaultName) &&
          (!input.ByCreatedBefore || job.createdAt < input.ByCreatedBefore) &&
          (!input.ByCreatedAfter || job.createdAt > input.ByCreatedAfter) &&
          (!input.ByResourceType || job.resource.type === input.ByResourceType) &&
          (!input.ByAccountId || input.ByAccountId === '*' || input.ByAccountId === this.region.account.id),
      );
    const { items, nextToken } = pageOf(jobs, input);
    return { BackupJobs: items.map((job) => job.describe()), NextToken: nextToken };
  }

  StopBackupJob(input: StopBackupJobInput): Record<string, never> {
    const job = this.find(input.BackupJobId);
    if (job.isOver) {
      throw new AwsError(
        'InvalidRequestException',
        `Backup job ${job.id} cannot be stopped because it is ${job.state}.`,
      );
    }
    if (job.state !== 'ABORTING') job.stop();
    return {};
  }

  ListRecoveryPointsByBackupVault(input: ListRecoveryPointsByBackupVaultInput): ListRecoveryPointsByBackupVaultOutput {
    requireSupported('backup:ListRecoveryPointsByBackupVault', input, [
      'BackupVaultName',
      'NextToken',
      'MaxResults',
      'ByResourceArn',
      'ByResourceType',
      'ByCreatedBefore',
      'ByCreatedAfter',
    ]);
    this.vaults.require(input.BackupVaultName ?? '');
    const points = this.recoveryPoints
      .seen()
      .filter(
        (point) =>
          point.vaultName === input.BackupVaultName &&
          (!input.ByResourceArn || point.resourceArn === input.ByResourceArn) &&
          (!input.ByResourceType || point.resourceType === input.ByResourceType) &&
          (!input.ByCreatedBefore || point.createdAt < input.ByCreatedBefore) &&
          (!input.ByCreatedAfter || point.createdAt > input.ByCreatedAfter),
      );
    const { items, nextToken } = pageOf(points, input);
    return { RecoveryPoints: items.map((point) => this.recoveryPoints.byVault(point)), NextToken: nextToken };
  }

  DescribeRecoveryPoint(input: DescribeRecoveryPointInput): DescribeRecoveryPointOutput {
    requireSupported('backup:DescribeRecoveryPoint', input, ['BackupVaultName', 'RecoveryPointArn']);
    this.vaults.require(input.BackupVaultName ?? '');
    return this.recoveryPoints.describe(
      this.recoveryPoints.find(input.BackupVaultName ?? '', input.RecoveryPointArn ?? ''),
    );
  }

  GetRecoveryPointRestoreMetadata(input: GetRecoveryPointRestoreMetadataInput): GetRecoveryPointRestoreMetadataOutput {
    requireSupported('backup:GetRecoveryPointRestoreMetadata', input, ['BackupVaultName', 'RecoveryPointArn']);
    const vaultName = input.BackupVaultName ?? '';
    this.vaults.require(vaultName);
    const { arn, restoreMetadata, resourceType } = this.recoveryPoints.find(vaultName, input.RecoveryPointArn ?? '');
    return {
      BackupVaultArn: this.vaults.arn(vaultName),
      RecoveryPointArn: arn,
      RestoreMetadata: { ...restoreMetadata },
      ResourceType: resourceType,
    };
  }

  StartCopyJob(input: StartCopyJobInput): StartCopyJobOutput {
    this.refuseOptedOut(input.RecoveryPointArn);
    return this.copyJobs.start(input);
  }

  /** What an opt-out means for copies and restores is a doubt: API_UpdateRegionSettings speaks of backups. */
  private refuseOptedOut(recoveryPointArn: string | undefined): void {
    const type = this.recoveryPoints.all().find(({ arn }) => arn === recoveryPointArn)?.resourceType;
    if (!type || !this.turnedOff.includes(type)) return;
    if (this.region.account.doubts.behaviour('backup.optOutOfRecoveries') === 'refused') throw notOptedIn(type);
  }

  DescribeCopyJob(input: DescribeCopyJobInput): DescribeCopyJobOutput {
    return this.copyJobs.describe(input);
  }

  ListCopyJobs(input: ListCopyJobsInput): ListCopyJobsOutput {
    return this.copyJobs.list(input);
  }

  StartRestoreJob(input: StartRestoreJobInput): StartRestoreJobOutput {
    this.refuseOptedOut(input.RecoveryPointArn);
    return this.restoreJobs.start(input);
  }

  DescribeRestoreJob(input: DescribeRestoreJobInput): DescribeRestoreJobOutput {
    return this.restoreJobs.describe(input);
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreJobMetadata.html */
  GetRestoreJobMetadata(input: GetRestoreJobMetadataInput): GetRestoreJobMetadataOutput {
    return this.restoreJobs.metadata(input);
  }

  ListRestoreJobs(input: ListRestoreJobsInput): ListRestoreJobsOutput {
    return this.restoreJobs.list(input);
  }

  ListRestoreJobsByProtectedResource(
    input: ListRestoreJobsByProtectedResourceInput,
  ): ListRestoreJobsByProtectedResourceOutput {
    return this.restoreJobs.listByResource(input);
  }

  PutBackupVaultLockConfiguration(input: PutBackupVaultLockConfigurationInput): Record<string, never> {
    return this.vaults.putLock(input);
  }

  PutBackupVaultAccessPolicy(input: PutBackupVaultAccessPolicyInput): Record<string, never> {
    return this.vaults.putAccessPolicy(input);
  }

  GetBackupVaultAccessPolicy(input: GetBackupVaultAccessPolicyInput): GetBackupVaultAccessPolicyOutput {
    return this.vaults.accessPolicy(input.BackupVaultName ?? '');
  }

  DescribeRegionSettings(_input: object): DescribeRegionSettingsOutput {
    const all = Object.fromEntries(resourceTypes.map((type) => [type, !this.turnedOff.includes(type)]));
    return {
      ResourceTypeOptInPreference: all,
      ResourceTypeManagementPreference: { DynamoDB: this.advancedDynamoDb, EFS: true },
    };
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

  private readonly jobHost: JobHost = {
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

  private resourceOf(operation: string, input: { BackupVaultName?: string; RecoveryPointArn?: string }): string {
    if (input.RecoveryPointArn) return input.RecoveryPointArn;
    if (!input.BackupVaultName || operation === 'ListBackupJobs') return '*';
    return this.vaults.arn(input.BackupVaultName);
  }

  private started(job: BackupJob): StartBackupJobOutput {
    return { BackupJobId: job.id, CreationDate: job.createdAt, IsParent: false };
  }

  private find(jobId: string | undefined): BackupJob {
    const job = this.jobs.get(jobId ?? '');
    if (job) return job;
    throw new AwsError('ResourceNotFoundException', `Backup job ${jobId} does not exist.`);
  }
}

function notOptedIn(type: string): AwsError {
  return new AwsError('InvalidRequestException', `Resource type ${type} is not opted in for this account.`);
}
