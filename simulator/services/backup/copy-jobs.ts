import type {
  DescribeCopyJobInput,
  DescribeCopyJobOutput,
  ListCopyJobsInput,
  ListCopyJobsOutput,
  StartCopyJobInput,
  StartCopyJobOutput,
} from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import type { BusyResources } from './busy-resources';
import { CopyJob } from './copy-job';
import { checkLifecycle, checkPassedRole, invalid, requireParameters } from './job-input';
import { namesOf, Outcomes } from './outcomes';
import { pageOf } from './page-size';
import { coldRefusal, type RecoveryPoints, storageClassOf } from './recovery-points';
import { readVaultArn, type Vaults, vaultOwner } from './vaults';
import type { WorldCopyJob } from './world';

/** The copy jobs that were started in one region. */
export class CopyJobs {
  readonly outcomes = new Outcomes<WorldCopyJob>();
  private readonly byId = new Map<string, CopyJob>();
  private readonly byToken = new Map<string, CopyJob>();

  constructor(
    private readonly region: Region,
    private readonly vaults: Vaults,
    private readonly recoveryPoints: RecoveryPoints,
    private readonly busy: BusyResources,
  ) {}

  start(input: StartCopyJobInput): StartCopyJobOutput {
    // The same token means the same job, whatever else the request says.
    const known = input.IdempotencyToken ? this.byToken.get(input.IdempotencyToken) : undefined;
    if (known) return started(known);
    requireSupported('backup:StartCopyJob', input, [
      'RecoveryPointArn',
      'SourceBackupVaultName',
      'DestinationBackupVaultArn',
      'IamRoleArn',
      'IdempotencyToken',
      'Lifecycle',
    ]);
    requireParameters(input, ['RecoveryPointArn', 'SourceBackupVaultName', 'DestinationBackupVaultArn', 'IamRoleArn']);
    checkPassedRole(this.region, input.IamRoleArn);
    checkLifecycle('StartCopyJob', input.Lifecycle);
    const destination = readVaultArn(input.DestinationBackupVaultArn ?? '');
    if (!destination) throw invalid(`Invalid backup vault ARN: ${input.DestinationBackupVaultArn}`);
    if (this.region.account.disabledRegions.has(destination.region)) {
      throw invalid(`The region ${destination.region} is not enabled.`);
    }
    const vaultName = input.SourceBackupVaultName ?? '';
    this.vaults.require(vaultName);
    if (this.vaults.arn(vaultName) === input.DestinationBackupVaultArn) {
      throw invalid('The source and the destination backup vault cannot be the same.');
    }
    const owner = vaultOwner(this.region, destination);
    if (owner && !owner.backup.vaults.has(destination.name)) this.meetMissingVault(input.DestinationBackupVaultArn);
    const source = this.recoveryPoints.find(vaultName, input.RecoveryPointArn ?? '');
    if (source.status.current !== 'COMPLETED') {
      throw new AwsError('InvalidRequestException', `Recovery point ${source.arn} is ${source.status.current}.`);
    }
    this.vaults.checkDenial(vaultName, 'backup:StartCopyJob');
    const { clock, doubts } = this.region.account;
    const isCold = storageClassOf(source, clock.now) === 'COLD';
    if (isCold && doubts.behaviour('backup.copyFromColdStorage') === 'refused')
      throw new AwsError('InvalidRequestException', coldRefusal(source));
    const outcome = this.outcomes.take([...namesOf(source.resourceArn), source.arn]) ?? { State: 'COMPLETED' };
    const id = this.region.account.random.uuid().toUpperCase();
    const job = new CopyJob(this.region, id, input, source, destination, outcome, this.busy);
    this.byId.set(id, job);
    if (input.IdempotencyToken) this.byToken.set(input.IdempotencyToken, job);
    return started(job);
  }

  /** A copy into a vault that does not exist ends in a refusal, or in a job that fails. */
  private meetMissingVault(arn: string | undefined): void {
    if (this.region.account.doubts.behaviour('backup.copyIntoMissingVault') === 'jobFails') return;
    throw new AwsError('ResourceNotFoundException', `Backup vault ${arn} does not exist.`);
  }

  describe(input: DescribeCopyJobInput): DescribeCopyJobOutput {
    const job = this.byId.get(input.CopyJobId ?? '');
    if (job) return { CopyJob: job.describe() };
    throw new AwsError('ResourceNotFoundException', `Copy job ${input.CopyJobId} does not exist.`);
  }

  list(input: ListCopyJobsInput): ListCopyJobsOutput {
    requireSupported('backup:ListCopyJobs', input, [
      'NextToken',
      'MaxResults',
      'ByResourceArn',
      'ByState',
      'ByCreatedBefore',
      'ByCreatedAfter',
      'ByResourceType',
      'ByDestinationVaultArn',
      'ByAccountId',
      'ByCompleteBefore',
      'ByCompleteAfter',
      'BySourceRecoveryPointArn',
    ]);
    const jobs = [...this.byId.values()]
      .reverse()
      .filter(
        (job) =>
          (!input.ByResourceArn || job.source.resourceArn === input.ByResourceArn) &&
          (!input.ByState || job.seenState === input.ByState) &&
          (!input.ByCreatedBefore || job.createdAt < input.ByCreatedBefore) &&
          (!input.ByCreatedAfter || job.createdAt > input.ByCreatedAfter) &&
          (!input.ByResourceType || job.source.resourceType === input.ByResourceType) &&
          (!input.ByDestinationVaultArn || job.input.DestinationBackupVaultArn === input.ByDestinationVaultArn) &&
          (!input.ByAccountId || input.ByAccountId === '*' || input.ByAccountId === this.region.account.id) &&
          (!input.ByCompleteBefore || (job.completedAt ?? input.ByCompleteBefore) < input.ByCompleteBefore) &&
          (!input.ByCompleteAfter || (job.completedAt ?? input.ByCompleteAfter) > input.ByCompleteAfter) &&
          (!input.BySourceRecoveryPointArn || job.source.arn === input.BySourceRecoveryPointArn),
      );
    const { items, nextToken } = pageOf(jobs, input);
    return { CopyJobs: items.map((job) => job.describe()), NextToken: nextToken };
  }
}

function started(job: CopyJob): StartCopyJobOutput {
  return { CopyJobId: job.id, CreationDate: job.createdAt, IsParent: false };
}
