import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { task } from '../../shared/task';
import { checkRestoreLimit } from '../check-restore-limit';
import { checkNotOwn, findTable } from '../find-table';
import { type OperationSettings, parseOperationInput } from '../input';
import { checkBackup, checkRecoveryPoint } from '../restore-sources';

interface Output {
  problems: string[];
  settings?: OperationSettings;
}

/** Reads the input of a table operation and looks at what it needs. Reads only; returns every problem at once. */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, problems } = parseOperationInput(input);
  if (!settings) return { problems };
  const table = await findTable(settings.TableName);
  if (settings.Operation === 'RestoreFromBackup') {
    problems.push(
      ...mustNotExist(settings.TableName, table),
      ...(await checkBackup('BackupArn', settings.TableName, settings.BackupArn)),
    );
  } else if (settings.Operation === 'RestoreFromRecoveryPoint') {
    problems.push(...mustNotExist(settings.TableName, table));
    await checkRecoveryPoint('RecoveryPointArn', settings.TableName, settings, problems);
  } else problems.push(...mustBeActive(settings, table));
  if (settings.Operation.startsWith('Restore')) problems.push(...(await checkRestoreLimit()));
  return { problems, settings };
});

function mustNotExist(name: string, table: TableDescription | undefined): string[] {
  return table ? [`TableName: the table ${name} exists; use dynamodb-swap-restore to replace it`] : [];
}

function mustBeActive(settings: OperationSettings, table: TableDescription | undefined): string[] {
  const { TableName } = settings;
  if (!table) return [`TableName: there is no table ${TableName}`];
  const problems: string[] = [];
  if (table.TableStatus !== 'ACTIVE')
    problems.push(`TableName: ${TableName} is ${table.TableStatus}, it has to be ACTIVE`);
  if (settings.Operation !== 'DeleteTable') return problems;
  problems.push(...checkNotOwn(TableName));
  if (table.DeletionProtectionEnabled && !settings.RemoveDeletionProtection) {
    problems.push(
      `RemoveDeletionProtection: ${TableName} is protected from deletion; give true to take the protection off`,
    );
  }
  if (table.Replicas?.length) problems.push(`TableName: ${TableName} is a global table; delete its replicas first`);
  return problems;
}
