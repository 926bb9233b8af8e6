import type { CreateRestoreTestingPlanInput, CreateRestoreTestingPlanOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateRestoreTestingPlan.html */
export function CreateRestoreTestingPlan(
  this: BackupState,
  input: CreateRestoreTestingPlanInput,
): CreateRestoreTestingPlanOutput {
  return this.restoreTesting.createPlan(input);
}
