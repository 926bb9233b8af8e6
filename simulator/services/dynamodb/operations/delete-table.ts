import type { DeleteTableInput, DeleteTableOutput } from '@aws-sdk/client-dynamodb';
import { inUse, validation } from '../errors';
import { imageOf } from '../image';
import { required } from '../parameters';
import { busy, type DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html */
export function DeleteTable(this: DynamoDbState, input: DeleteTableInput): DeleteTableOutput {
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE' && table.status !== 'ARCHIVED') throw busy(table);
  if (table.settings.DeletionProtectionEnabled) {
    throw validation(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  if (this.backups.isBackingUp(table.id)) {
    throw inUse(`Attempt to change a resource which is still in use: Table is being backed up: ${table.name}`);
  }
  if (this.leavesSystemBackup(table)) {
    const name = `${table.name}$DeletedTableBackup`;
    this.backups.create(name, imageOf(table), 'SYSTEM', this.durations.createBackup);
  }
  table.status = 'DELETING';
  const { DurationSeconds = this.durations.deleteTable } = this.jobs.take('DeleteTable', table.name);
  this.region.account.clock.after(DurationSeconds, () => {
    this.tables.delete(table.name);
    this.region.account.observer.tell('table', table.name, { state: 'DELETED' });
  });
  return { TableDescription: table.describe() };
}
