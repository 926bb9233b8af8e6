import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { TransientServiceError } from '../../shared/errors';
import { getRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { findTable } from '../find-table';
import { putRecoveryBack } from '../last-minute';
import type { OperationRun } from './operation-run';

/**
 * Gives a table that was to be deleted, and is still there, its deletion protection back, and turns off point-in-time
 * recovery that was turned on for the deletion. Nothing else of an operation has to be undone: a backup or a restored
 * table is what was asked for. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getRun<OperationRun>(runId);
  if (!run?.settings) return;
  const { settings, protectionRemovedAt, recoveryTurnedOnAt } = run;
  if (!protectionRemovedAt && !recoveryTurnedOnAt) return;
  const table = await findTable(settings.TableName);
  if (!table || table.TableStatus === 'DELETING') return;
  await putRecoveryBack(run);
  if (run.tableId && table.TableId !== run.tableId) return;
  if (!protectionRemovedAt || (table.TableStatus === 'ACTIVE' && table.DeletionProtectionEnabled)) return;
  if (table.TableStatus !== 'ACTIVE') throw new TransientServiceError(`${settings.TableName} is ${table.TableStatus}.`);
  await dynamodb.send(new UpdateTableCommand({ TableName: settings.TableName, DeletionProtectionEnabled: true }));
});
