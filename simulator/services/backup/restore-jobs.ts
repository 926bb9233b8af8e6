import type {
  DescribeRestoreJobInput,
  DescribeRestoreJobOutput,
  GetRestoreJobMetadataInput,
  GetRestoreJobMetadataOutput,
  ListRestoreJobsByProtectedResourceInput,
  ListRestoreJobsByProtectedResourceOutput,
  ListRestoreJobsInput,
  ListRestoreJobsOutput,
  PutRestoreValidationResultInput,
  StartRestoreJobInput,
  StartRestoreJobOutput,
} from '@aws-sdk/client-backup';
import { AwsError, SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { checkPassedRole, invalid, requireParameters } from './job-input';
import { namesOf, Outcomes } from './outcomes';
import { pageOf } from './page-size';
import type { RecoveryPoint, RecoveryPoints } from './recovery-points';
import { type Damage, type Restoration, refusalOf, refusedRestoration } from './restoration';
import { checkFileSystemMetadata, FileSystemRestoration } from './restore-file-system';
import { checkInstanceMetadata, InstanceRestoration } from './restore-instance';
import { RestoreJob } from './restore-job';
import { checkTableMetadata, TableRestoration } from './restore-table';
import { type RestoreTest, TEST_TAG } from './tested-resource';
import type { Vaults } from './vaults';
import type { WorldRestoreJob } from './world';

/** What can be restored, by resource type. */
const kinds: Record<
  string,
  {
    check: (metadata: Record<string, string>, region: Region) => void;
    Restoration: new (
      region: Region,
      input: StartRestoreJobInput,
      source: RecoveryPoint,
      damage: Damage,
      testTags?: Record<string, string>,
    ) => Restoration;
  }
> = {
  DynamoDB: { check: checkTableMetadata, Restoration: TableRestoration },
  EC2: { check: checkInstanceMetadata, Restoration: InstanceRestoration },
  EFS: { check: checkFileSystemMetadata, Restoration: FileSystemRestoration },
};

/** The restore jobs that were started in one region. */
export class RestoreJobs {
  readonly outcomes = new Outcomes<WorldRestoreJob>();
  private readonly byId = new Map<string, RestoreJob>();
  private readonly byToken = new Map<string, RestoreJob>();

  constructor(
    private readonly region: Region,
    private readonly vaults: Vaults,
    private readonly recoveryPoints: RecoveryPoints,
  ) {}

  start(input: StartRestoreJobInput): StartRestoreJobOutput {
    // The same token means the same job, whatever else the request says.
    const known = input.IdempotencyToken ? this.byToken.get(input.IdempotencyToken) : undefined;
    if (known) return { RestoreJobId: known.id };
    requireSupported('backup:StartRestoreJob', input, [
      'RecoveryPointArn',
      'Metadata',
      'IamRoleArn',
      'IdempotencyToken',
      'ResourceType',
      'CopySourceTagsToRestoredResource',
    ]);
    requireParameters(input, ['RecoveryPointArn', 'Metadata', 'IamRoleArn']);
    checkPassedRole(this.region, input.IamRoleArn);
    const source = this.recoveryPoints.byArnOnly(input.RecoveryPointArn ?? '');
    const kind = kinds[source.resourceType];
    if (!kind) {
      throw new SimulatorError(`Restoring ${source.resourceType} with AWS Backup is not simulated.`);
    }
    if (source.status.current !== 'COMPLETED' && source.status.current !== 'PARTIAL') {
      throw new AwsError('InvalidRequestException', `Recovery point ${source.arn} is ${source.status.current}.`);
    }
    if (input.ResourceType !== undefined && input.ResourceType !== source.resourceType) {
      throw invalid(`The resource type ${input.ResourceType} is not that of the recovery point.`);
    }
    this.vaults.checkDenial(source.vaultName, 'backup:StartRestoreJob');
    kind.check(input.Metadata ?? {}, this.region);
    const names = [...namesOf(source.resourceArn), source.arn];
    const outcome = this.outcomes.take(names) ?? { State: 'COMPLETED' };
    const job = this.begin(kind, input, source, outcome);
    if (input.IdempotencyToken) this.byToken.set(input.IdempotencyToken, job);
    return { RestoreJobId: job.id };
  }

  /** A job of restore testing: what keeps it from starting is the message of a job that failed. */
  startTest(input: StartRestoreJobInput, source: RecoveryPoint, test: RestoreTest): void {
    const kind = kinds[source.resourceType];
    if (!kind) throw new SimulatorError(`Restore testing of ${source.resourceType} is not simulated.`);
    const refusal = refusalOf(() => {
      checkPassedRole(this.region, input.IamRoleArn);
      this.vaults.checkDenial(source.vaultName, 'backup:StartRestoreJob');
      kind.check(input.Metadata ?? {}, this.region);
    });
    const outcome = this.outcomes.take([...namesOf(source.resourceArn), source.arn]) ?? { State: 'COMPLETED' };
    this.begin(kind, input, source, outcome, { test, refusal });
  }

  private begin(
    kind: (typeof kinds)[string],
    input: StartRestoreJobInput,
    source: RecoveryPoint,
    outcome: Omit<WorldRestoreJob, 'Resource'>,
    { test, refusal }: { test?: RestoreTest; refusal?: string | undefined } = {},
  ): RestoreJob {
    const { random, doubts } = this.region.account;
    const id = random.uuid().toUpperCase();
    const inherited = test && doubts.behaviour('backup.tagsOfTest') === 'alsoSource' ? source.tags : {};
    const testTags = test && { ...inherited, [TEST_TAG]: test.planArn };
    const restoration =
      refusal === undefined
        ? new kind.Restoration(this.region, input, source, outcome, testTags)
        : refusedRestoration(refusal);
    const job = new RestoreJob(this.region, id, input, source, outcome, restoration, test);
    this.byId.set(job.id, job);
    return job;
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutRestoreValidationResult.html */
  putValidation(input: PutRestoreValidationResultInput): void {
    requireParameters(input, ['RestoreJobId', 'ValidationStatus']);
    const job = this.byId.get(input.RestoreJobId ?? '');
    if (!job) throw new AwsError('ResourceNotFoundException', `Restore job ${input.RestoreJobId} does not exist.`);
    if (!job.tested || job.seenStatus !== 'COMPLETED')
      throw new AwsError('InvalidRequestException', `Restore job ${job.id} takes no validation result.`);
    job.tested.put(input.ValidationStatus, input.ValidationStatusMessage);
  }

  describe(input: DescribeRestoreJobInput): DescribeRestoreJobOutput {
    const job = this.byId.get(input.RestoreJobId ?? '');
    if (job) return job.describe();
    throw new AwsError('ResourceNotFoundException', `Restore job ${input.RestoreJobId} does not exist.`);
  }

  metadata(input: GetRestoreJobMetadataInput): GetRestoreJobMetadataOutput {
    const job = this.byId.get(input.RestoreJobId ?? '');
    if (job) return { RestoreJobId: job.id, Metadata: job.input.Metadata };
    throw new AwsError('ResourceNotFoundException', `Restore job ${input.RestoreJobId} does not exist.`);
  }

  list(input: ListRestoreJobsInput): ListRestoreJobsOutput {
    requireSupported('backup:ListRestoreJobs', input, [
      'NextToken',
      'MaxResults',
      'ByAccountId',
      'ByResourceType',
      'ByCreatedBefore',
      'ByCreatedAfter',
      'ByStatus',
      'ByCompleteBefore',
      'ByCompleteAfter',
      'ByRestoreTestingPlanArn',
    ]);
    const jobs = this.newestFirst().filter(
      (job) =>
        (!input.ByAccountId || input.ByAccountId === '*' || input.ByAccountId === this.region.account.id) &&
        (!input.ByResourceType || job.source.resourceType === input.ByResourceType) &&
        (!input.ByCreatedBefore || job.createdAt < input.ByCreatedBefore) &&
        (!input.ByCreatedAfter || job.createdAt > input.ByCreatedAfter) &&
        (!input.ByStatus || job.seenStatus === input.ByStatus) &&
        (!input.ByRestoreTestingPlanArn || job.tested?.test.planArn === input.ByRestoreTestingPlanArn) &&
        (!input.ByCompleteBefore || (job.completedAt ?? input.ByCompleteBefore) < input.ByCompleteBefore) &&
        (!input.ByCompleteAfter || (job.completedAt ?? input.ByCompleteAfter) > input.ByCompleteAfter),
    );
    const { items, nextToken } = pageOf(jobs, input);
    return { RestoreJobs: items.map((job) => job.describe()), NextToken: nextToken };
  }

  listByResource(input: ListRestoreJobsByProtectedResourceInput): ListRestoreJobsByProtectedResourceOutput {
    requireSupported('backup:ListRestoreJobsByProtectedResource', input, [
      'ResourceArn',
      'ByStatus',
      'NextToken',
      'MaxResults',
    ]);
    const jobs = this.newestFirst().filter(
      (job) => job.source.resourceArn === input.ResourceArn && (!input.ByStatus || job.seenStatus === input.ByStatus),
    );
    const { items, nextToken } = pageOf(jobs, input);
    return { RestoreJobs: items.map((job) => job.describe()), NextToken: nextToken };
  }

  private newestFirst(): RestoreJob[] {
    return [...this.byId.values()].reverse();
  }
}
