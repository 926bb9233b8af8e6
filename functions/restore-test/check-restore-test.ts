import {
  DescribeRecoveryPointCommand,
  DescribeRestoreJobCommand,
  paginateListRecoveryPointsByBackupVault,
} from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { InvalidInputError } from '../shared/errors';
import { task } from '../shared/task';
import { type Checks, type OnDemandSettings, parseChecks, parseRestoreTestInput } from './input';
import type { TestPlan } from './restore-test-run';

interface Output {
  warnings: string[];
  checks: Checks;
  plan: TestPlan;
  isOnDemand: boolean;
  isDryRun: boolean;
}

const REGION = requireEnv('AWS_REGION');
const STACK_VAULT = requireEnv('BACKUP_VAULT_NAME');
const CHECKS = requireEnv('RESTORE_TEST_SETTINGS');
const WINDOW_SECONDS = Number(requireEnv('VALIDATION_WINDOW_HOURS')) * 3600;
const END_STATES: (string | undefined)[] = ['COMPLETED', 'FAILED', 'ABORTED'];

/**
 * Reads the input of a restore test, and what is to be tested: the job that restore testing has ended, or the recovery
 * point that is to be restored. One message lists all that is wrong. Reads only.
 */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { scheduled, onDemand, problems } = parseRestoreTestInput(input);
  const isOnDemand = onDemand !== undefined;
  const isDryRun = onDemand ? onDemand.DryRun : false;
  if (onDemand) {
    const { plan, problems: found } = await choosePoint(onDemand);
    const { MaxChangedPercent, Queries, ValidationScripts } = onDemand;
    if (!plan || problems.length > 0) throw new InvalidInputError([...problems, ...found]);
    return {
      warnings: [],
      checks: { MaxChangedPercent, Queries, ValidationScripts },
      isOnDemand,
      isDryRun,
      plan,
    };
  }
  if (!scheduled) throw new InvalidInputError(problems);
  const { checks, problems: ofStack } = parseChecks(CHECKS);
  const { plan, problems: found } = await readJob(scheduled.RestoreJobId);
  // Checks that cannot be read must not keep a test from its result: it fails with them as the reason.
  if (!plan || problems.length > 0) throw new InvalidInputError([...problems, ...found]);
  return {
    warnings: ofStack,
    checks: checks ?? { MaxChangedPercent: 0, Queries: [], ValidationScripts: [] },
    isOnDemand,
    isDryRun,
    plan,
  };
});

/** The job of a scheduled test, as AWS Backup describes it. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRestoreJob.html */
async function readJob(RestoreJobId: string): Promise<{ plan?: TestPlan; problems: string[] }> {
  try {
    const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId }));
    if (!job.CreatedBy?.RestoreTestingPlanArn)
      return { problems: [`RestoreJobId: ${RestoreJobId} is no job of restore testing`] };
    if (!END_STATES.includes(job.Status)) return { problems: [`RestoreJobId: ${RestoreJobId} is ${job.Status}`] };
    const { ResourceType, SourceResourceArn, RecoveryPointArn } = job;
    if (!ResourceType || !SourceResourceArn || !RecoveryPointArn)
      return { problems: [`RestoreJobId: AWS Backup does not say what ${RestoreJobId} restored`] };
    const completedAt = job.CompletionDate ? Math.floor(job.CompletionDate.getTime() / 1000) : nowSeconds();
    return {
      problems: [],
      plan: {
        resourceType: ResourceType,
        sourceArn: SourceResourceArn,
        recoveryPointArn: RecoveryPointArn,
        restoreJobId: RestoreJobId,
        ...(job.CreationDate && { restoreStartedAt: Math.floor(job.CreationDate.getTime() / 1000) }),
        ...(job.RecoveryPointCreationDate && {
          recoveryPointAt: Math.floor(job.RecoveryPointCreationDate.getTime() / 1000),
        }),
        validateUntil: completedAt + WINDOW_SECONDS,
      },
    };
  } catch (error) {
    if (!hasName(error, 'ResourceNotFoundException')) throw error;
    return { problems: [`RestoreJobId: ${RestoreJobId} does not exist in ${REGION}`] };
  }
}

/** The recovery point that a test on demand restores. */
async function choosePoint(settings: OnDemandSettings): Promise<{ plan?: TestPlan; problems: string[] }> {
  const { ResourceArn, RecoveryPointArn, BackupVaultName = STACK_VAULT, MaxTestHours } = settings;
  if (ResourceArn.split(':')[2] === 'ec2' && !process.env.ISOLATED_SUBNET_ID)
    return {
      problems: ['ResourceArn: this stack has no network for tests of instances (parameter RestoreTestInstances)'],
    };
  if (ResourceArn.split(':')[3] !== REGION) return { problems: [`ResourceArn: is not in ${REGION}`] };
  try {
    const point = RecoveryPointArn
      ? await backupIn(REGION).send(new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }))
      : await findNewest(BackupVaultName, ResourceArn);
    if (!point) return { problems: [`ResourceArn: the vault ${BackupVaultName} has no completed backup of it`] };
    if (point.ResourceArn !== ResourceArn)
      return { problems: [`RecoveryPointArn: is a backup of ${point.ResourceArn}`] };
    if (point.Status !== 'COMPLETED') return { problems: [`RecoveryPointArn: is ${point.Status}`] };
    if (!point.ResourceType || !point.RecoveryPointArn)
      return { problems: ['RecoveryPointArn: AWS Backup does not say what it is a backup of'] };
    return {
      problems: [],
      plan: {
        resourceType: point.ResourceType,
        sourceArn: ResourceArn,
        recoveryPointArn: point.RecoveryPointArn,
        ...(point.CreationDate && { recoveryPointAt: Math.floor(point.CreationDate.getTime() / 1000) }),
        maxTestHours: MaxTestHours,
      },
    };
  } catch (error) {
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!hasName(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
    return { problems: [`${RecoveryPointArn ? 'RecoveryPointArn' : 'BackupVaultName'}: ${(error as Error).message}`] };
  }
}

async function findNewest(BackupVaultName: string, ByResourceArn: string) {
  const pages = paginateListRecoveryPointsByBackupVault(
    { client: backupIn(REGION) },
    { BackupVaultName, ByResourceArn },
  );
  const points = [];
  for await (const { RecoveryPoints = [] } of pages)
    points.push(...RecoveryPoints.filter(({ Status }) => Status === 'COMPLETED'));
  return points.sort((a, b) => Number(b.CreationDate) - Number(a.CreationDate))[0];
}
