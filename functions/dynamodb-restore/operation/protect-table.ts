import { UpdateContinuousBackupsCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { hasName } from '../../shared/error-name';
import { InvalidInputError, TransientServiceError } from '../../shared/errors';
import { task } from '../../shared/task';
import { lookAtRecovery } from '../last-minute';
import { getOperationRun } from './operation-run';
import { shorterWindow } from './shorter-window';

/**
 * Turns on point-in-time recovery or deletion protection. Another person may have chosen a longer period since the
 * preflight: then nothing is changed. Safe to repeat: what is on stays on.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const { settings } = await getOperationRun({ runId });
  const { TableName } = settings;
  try {
    if (settings.Operation === 'EnablePointInTimeRecovery') {
      // Without a period AWS would set 35 days again.
      if (settings.RecoveryPeriodInDays === undefined && (await lookAtRecovery(TableName)).isOn) return;
      const problems = await shorterWindow(settings);
      if (problems.length > 0) throw new InvalidInputError(problems);
      const specification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: settings.RecoveryPeriodInDays };
      await dynamodb.send(
        new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: specification }),
      );
    } else {
      await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    }
  } catch (error) {
    // Continuous backups of a new table, or another update, are on their way.
    if (hasName(error, 'ContinuousBackupsUnavailableException', 'ResourceInUseException'))
      throw new TransientServiceError((error as Error).message);
    throw error;
  }
});
