import type { ListBackupJobsInput, ListBackupJobsOutput } from '@aws-sdk/client-backup';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { pageOf } from '../page-size';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html */
export function ListBackupJobs(this: BackupState, input: ListBackupJobsInput): ListBackupJobsOutput {
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

ListBackupJobs.access = (): Access[] => [{ action: 'backup:ListBackupJobs', resource: '*' }];
