import type { GetRestoreTestingPlanInput, GetRestoreTestingPlanOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreTestingPlan.html */
export function GetRestoreTestingPlan(
  this: BackupState,
  input: GetRestoreTestingPlanInput,
): GetRestoreTestingPlanOutput {
  return this.restoreTesting.getPlan(input);
}
