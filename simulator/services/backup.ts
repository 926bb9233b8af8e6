import { CreateBackupVault } from './backup/operations/create-backup-vault';
import { CreateRestoreTestingPlan } from './backup/operations/create-restore-testing-plan';
import { CreateRestoreTestingSelection } from './backup/operations/create-restore-testing-selection';
import { DescribeBackupJob } from './backup/operations/describe-backup-job';
import { DescribeBackupVault } from './backup/operations/describe-backup-vault';
import { DescribeCopyJob } from './backup/operations/describe-copy-job';
import { DescribeRecoveryPoint } from './backup/operations/describe-recovery-point';
import { DescribeRegionSettings } from './backup/operations/describe-region-settings';
import { DescribeRestoreJob } from './backup/operations/describe-restore-job';
import { GetBackupVaultAccessPolicy } from './backup/operations/get-backup-vault-access-policy';
import { GetRecoveryPointRestoreMetadata } from './backup/operations/get-recovery-point-restore-metadata';
import { GetRestoreJobMetadata } from './backup/operations/get-restore-job-metadata';
import { GetRestoreTestingInferredMetadata } from './backup/operations/get-restore-testing-inferred-metadata';
import { GetRestoreTestingPlan } from './backup/operations/get-restore-testing-plan';
import { GetRestoreTestingSelection } from './backup/operations/get-restore-testing-selection';
import { ListBackupJobs } from './backup/operations/list-backup-jobs';
import { ListBackupVaults } from './backup/operations/list-backup-vaults';
import { ListCopyJobs } from './backup/operations/list-copy-jobs';
import { ListRecoveryPointsByBackupVault } from './backup/operations/list-recovery-points-by-backup-vault';
import { ListRestoreJobs } from './backup/operations/list-restore-jobs';
import { ListRestoreJobsByProtectedResource } from './backup/operations/list-restore-jobs-by-protected-resource';
import { ListRestoreTestingPlans } from './backup/operations/list-restore-testing-plans';
import { ListRestoreTestingSelections } from './backup/operations/list-restore-testing-selections';
import { PutBackupVaultAccessPolicy } from './backup/operations/put-backup-vault-access-policy';
import { PutBackupVaultLockConfiguration } from './backup/operations/put-backup-vault-lock-configuration';
import { PutRestoreValidationResult } from './backup/operations/put-restore-validation-result';
import { StartBackupJob } from './backup/operations/start-backup-job';
import { StartCopyJob } from './backup/operations/start-copy-job';
import { StartRestoreJob } from './backup/operations/start-restore-job';
import { StopBackupJob } from './backup/operations/stop-backup-job';
import { BackupState } from './backup/state';

declare module '../places' {
  interface Region {
    readonly backup: Backup;
  }
}

/** AWS Backup: vaults, recovery points, and backup, copy and restore jobs. */
export class Backup extends BackupState {
  CreateBackupVault = CreateBackupVault;
  CreateRestoreTestingPlan = CreateRestoreTestingPlan;
  CreateRestoreTestingSelection = CreateRestoreTestingSelection;
  DescribeBackupJob = DescribeBackupJob;
  DescribeBackupVault = DescribeBackupVault;
  DescribeCopyJob = DescribeCopyJob;
  DescribeRecoveryPoint = DescribeRecoveryPoint;
  DescribeRegionSettings = DescribeRegionSettings;
  DescribeRestoreJob = DescribeRestoreJob;
  GetBackupVaultAccessPolicy = GetBackupVaultAccessPolicy;
  GetRecoveryPointRestoreMetadata = GetRecoveryPointRestoreMetadata;
  GetRestoreJobMetadata = GetRestoreJobMetadata;
  GetRestoreTestingInferredMetadata = GetRestoreTestingInferredMetadata;
  GetRestoreTestingPlan = GetRestoreTestingPlan;
  GetRestoreTestingSelection = GetRestoreTestingSelection;
  ListBackupJobs = ListBackupJobs;
  ListBackupVaults = ListBackupVaults;
  ListCopyJobs = ListCopyJobs;
  ListRecoveryPointsByBackupVault = ListRecoveryPointsByBackupVault;
  ListRestoreJobs = ListRestoreJobs;
  ListRestoreJobsByProtectedResource = ListRestoreJobsByProtectedResource;
  ListRestoreTestingPlans = ListRestoreTestingPlans;
  ListRestoreTestingSelections = ListRestoreTestingSelections;
  PutBackupVaultAccessPolicy = PutBackupVaultAccessPolicy;
  PutBackupVaultLockConfiguration = PutBackupVaultLockConfiguration;
  PutRestoreValidationResult = PutRestoreValidationResult;
  StartBackupJob = StartBackupJob;
  StartCopyJob = StartCopyJob;
  StartRestoreJob = StartRestoreJob;
  StopBackupJob = StopBackupJob;
}
