import type {
  CreateBackupVaultInput,
  CreateBackupVaultOutput,
  DeleteRecoveryPointInput,
  DescribeBackupJobInput,
  DescribeBackupJobOutput,
  DescribeBackupVaultInput,
  DescribeBackupVaultOutput,
  DescribeRecoveryPointInput,
  DescribeRecoveryPointOutput,
  ListBackupJobsInput,
  ListBackupJobsOutput,
  ListBackupVaultsInput,
  ListBackupVaultsOutput,
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput,
  ListRecoveryPointsByResourceInput,
  ListRecoveryPointsByResourceOutput,
  StartBackupJobInput,
  StartBackupJobOutput,
  StopBackupJobInput,
} from '@aws-sdk/client-backup';
import { AwsError } from '../errors';
import type { Region } from '../region';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { BackupJob, type JobHost } from './backup/backup-job';
import { emitAtNextTick } from './backup/events';
import { RecoveryPoints } from './backup/recovery-points';
import { protectedResource } from './backup/resources';
import { checkBackupOptions, checkStartBackupJob } from './backup/start-backup-job';
import { Vaults } from './backup/vaults';
import type { BackupWorld, WorldBackupJob } from './backup/world';
import { page } from './page';

const defaultPageSize = 1000;

/** AWS Backup: vaults, recovery points and backup jobs. */
export class Backup extends Service {
  readonly iamPrefix = 'backup';
  readonly recoveryPoints: RecoveryPoints;
  private readonly vaults: Vaults;
  private readonly outcomes: WorldBackupJob[] = [];
  private readonly used = new Map<WorldBackupJob, number>();
  private readonly jobs = new Map<string, BackupJob>();
  private readonly byResource = new Map<string, BackupJob[]>();
  private readonly byToken = new Map<string, BackupJob>();
  /** AWS Backup runs one job of a resource at a time. */
  private readonly busy = new Map<string, BackupJob>();

  constructor(region: Region) {
    super(region);
    this.recoveryPoints = new RecoveryPoints(region);
    this.vaults = new Vaults(region, () => this.recoveryPoints.seen());
  }

  /** Takes what a world declares for this region; outcomes of backup jobs hold in every region. */
  load(world: BackupWorld): void {
    const { homeRegion } = this.region.account;
    const isHere = (declared: { Region?: string }) => (declared.Region ?? homeRegion) === this.region.name;
    for (const vault of (world.vaults ?? []).filter(isHere)) this.vaults.add(vault.BackupVaultName);
    for (const point of (world.recoveryPoints ?? []).filter(isHere)) this.recoveryPoints.load(point);
    this.outcomes.push(...(world.backupJobs ?? []));
  }

  /** This region's state, in the form of a world. */
  snapshot(): Required<BackupWorld> {
    return {
      vaults: this.vaults.names().map((BackupVaultName) => ({ BackupVaultName, Region: this.region.name })),
      backupJobs: [...this.outcomes],
      recoveryPoints: this.recoveryPoints.toWorld(),
    };
  }

  override access(
    operation: string,
    input: { BackupVaultName?: string; RecoveryPointArn?: string; IamRoleArn?: string },
  ): Access[] {
    const action = `backup:${operation}`;
    if (input.RecoveryPointArn) return [{ action, resource: input.RecoveryPointArn }];
    if (!input.BackupVaultName || operation === 'ListBackupJobs') return [{ action, resource: '*' }];
    const resource = this.vaults.arn(input.BackupVaultName);
    if (!input.IamRoleArn) return [{ action, resource }];
    const context = { 'iam:PassedToService': 'backup.amazonaws.com' };
    return [
      { action, resource },
      { action: 'iam:PassRole', resource: input.IamRoleArn, context },
    ];
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
    const { items, nextToken } = page(this.vaults.names(), pageSize(input.MaxResults), input.NextToken);
    return { BackupVaultList: items.map((name) => this.vaults.describe(name)), NextToken: nextToken };
  }

  StartBackupJob(input: StartBackupJobInput): StartBackupJobOutput {
    // The same token means the same job, whatever else the request says.
    const known = input.IdempotencyToken ? this.byToken.get(input.IdempotencyToken) : undefined;
    if (known) return this.started(known);
    checkStartBackupJob(this.region, input);
    this.vaults.require(input.BackupVaultName ?? '');
    const resource = protectedResource(this.region, input.ResourceArn ?? '');
    checkBackupOptions(resource.type, input.BackupOptions);
    const job = new BackupJob(
      this.region,
      this.region.account.random.uuid(),
      input,
      resource,
      this.outcomeFor(input.ResourceArn ?? ''),
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
    const { items, nextToken } = page(jobs, pageSize(input.MaxResults), input.NextToken);
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
    const { items, nextToken } = page(points, pageSize(input.MaxResults), input.NextToken);
    return { RecoveryPoints: items.map((point) => this.recoveryPoints.byVault(point)), NextToken: nextToken };
  }

  ListRecoveryPointsByResource(input: ListRecoveryPointsByResourceInput): ListRecoveryPointsByResourceOutput {
    requireSupported('backup:ListRecoveryPointsByResource', input, ['ResourceArn', 'NextToken', 'MaxResults']);
    const points = this.recoveryPoints.seen().filter((point) => point.resourceArn === input.ResourceArn);
    const { items, nextToken } = page(points, pageSize(input.MaxResults), input.NextToken);
    return { RecoveryPoints: items.map((point) => this.recoveryPoints.byResource(point)), NextToken: nextToken };
  }

  DescribeRecoveryPoint(input: DescribeRecoveryPointInput): DescribeRecoveryPointOutput {
    requireSupported('backup:DescribeRecoveryPoint', input, ['BackupVaultName', 'RecoveryPointArn']);
    this.vaults.require(input.BackupVaultName ?? '');
    return this.recoveryPoints.describe(
      this.recoveryPoints.find(input.BackupVaultName ?? '', input.RecoveryPointArn ?? ''),
    );
  }

  DeleteRecoveryPoint(input: DeleteRecoveryPointInput): Record<string, never> {
    this.vaults.require(input.BackupVaultName ?? '');
    this.recoveryPoints.delete(this.recoveryPoints.find(input.BackupVaultName ?? '', input.RecoveryPointArn ?? ''));
    return {};
  }

  private readonly jobHost: JobHost = {
    claim: (job) => {
      const arn = job.input.ResourceArn ?? '';
      if (this.busy.has(arn)) return false;
      this.busy.set(arn, job);
      return true;
    },
    release: (job) => {
      const arn = job.input.ResourceArn ?? '';
      if (this.busy.get(arn) === job) this.busy.delete(arn);
    },
    keepRecoveryPoint: (job, arn, status) => {
      const { input, resource } = job;
      const completedAt = this.region.account.clock.date;
      const vaultName = input.BackupVaultName ?? '';
      this.recoveryPoints.add(
        {
          arn,
          vaultName,
          resourceArn: input.ResourceArn ?? '',
          resourceType: resource.type,
          resourceName: resource.name,
          iamRoleArn: input.IamRoleArn,
          createdAt: job.createdAt,
          completedAt,
          sizeInBytes: resource.sizeInBytes,
          lifecycle: input.Lifecycle,
          tags: { ...input.RecoveryPointTags },
        },
        status,
      );
      emitAtNextTick(this.region, 'Recovery Point State Change', [arn], {
        backupVaultName: vaultName,
        backupVaultArn: this.vaults.arn(vaultName),
        creationDate: job.createdAt.toISOString(),
        completionDate: completedAt.toISOString(),
        iamRoleArn: input.IamRoleArn,
        resourceType: resource.type,
        resourceArn: input.ResourceArn,
        status,
        isEncrypted: 'false',
        storageClass: 'WARM',
      });
    },
  };

  private started(job: BackupJob): StartBackupJobOutput {
    return { BackupJobId: job.id, CreationDate: job.createdAt, IsParent: false };
  }

  private find(jobId: string | undefined): BackupJob {
    const job = this.jobs.get(jobId ?? '');
    if (job) return job;
    throw new AwsError('ResourceNotFoundException', `Backup job ${jobId} does not exist.`);
  }

  private outcomeFor(resourceArn: string): Omit<WorldBackupJob, 'Resource'> {
    const id = resourceArn.slice(resourceArn.lastIndexOf('/') + 1);
    const outcome = this.outcomes.find(
      (declared) =>
        [resourceArn, id, '*'].includes(declared.Resource) &&
        (this.used.get(declared) ?? 0) < (declared.Times ?? Number.POSITIVE_INFINITY),
    );
    if (!outcome) return { State: 'COMPLETED' };
    this.used.set(outcome, (this.used.get(outcome) ?? 0) + 1);
    return outcome;
  }
}

function pageSize(size: number | undefined): number {
  if (size === undefined) return defaultPageSize;
  if (size >= 1 && size <= defaultPageSize) return size;
  throw new AwsError('InvalidParameterValueException', `MaxResults must be between 1 and ${defaultPageSize}.`);
}
