import type { Account } from '../../../account';
import type { WorldRestoreJob } from '../../../services/backup/world';
import { loadWorld } from '../../../world';
import { homeVaultArn, IamRoleArn, world } from './file-system-world';

/** A plan that restores every file system with the tag `Team` at two, an hour at the latest after that. */
const PLAN = {
  RestoreTestingPlanName: 'nightly',
  ScheduleExpression: 'cron(0 2 * * ? *)',
  StartWindowHours: 1,
  RecoveryPointSelection: {
    Algorithm: 'LATEST_WITHIN_WINDOW' as const,
    IncludeVaults: [homeVaultArn],
    RecoveryPointTypes: ['SNAPSHOT' as const],
    SelectionWindowDays: 30,
  },
};
const SELECTION = {
  RestoreTestingSelectionName: 'file_systems',
  ProtectedResourceType: 'EFS',
  IamRoleArn,
  ProtectedResourceArns: ['*'],
  ProtectedResourceConditions: { StringEquals: [{ Key: 'aws:ResourceTag/Team', Value: 'web' }] },
  ValidationWindowHours: 4,
};

/** An account with a restore testing plan for its file system, some hours before the plan is due. */
export function withPlan(account: Account, job: Partial<WorldRestoreJob> = {}, selection: object = {}) {
  const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, ...job }];
  loadWorld(account, { ...world, restoreJobs });
  const { backup } = account.region();
  const { RestoreTestingPlanArn = '' } = backup.CreateRestoreTestingPlan({ RestoreTestingPlan: PLAN });
  backup.CreateRestoreTestingSelection({
    RestoreTestingPlanName: PLAN.RestoreTestingPlanName,
    RestoreTestingSelection: { ...SELECTION, ...selection },
  });
  return { backup, planArn: RestoreTestingPlanArn };
}

/** The jobs that restore testing has started, newest first. */
export function testJobs(account: Account, planArn: string) {
  return account.region().backup.ListRestoreJobs({ ByRestoreTestingPlanArn: planArn }).RestoreJobs ?? [];
}
