import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { TableChangedError, TableReplacedError } from './errors';
import type { OperationRun } from './operation/operation-run';
import type { SwapRun } from './swap/swap-run';

/** The table that a run may delete, as it was when the run began. */
interface Original {
  TableName: string;
  tableId: string | undefined;
  /** Protection from deletion is no news: the table had it, or the input consents to take it off. */
  mayBeProtected: boolean;
}

/** Throws unless the table is the one that the run began with: the same id, no new protection from deletion, no replica. */
export function assertSame(table: TableDescription, { TableName, tableId, mayBeProtected }: Original): void {
  // An id that is absent says nothing about which table this is.
  if (!table.TableId || !tableId)
    throw new TableReplacedError(
      `Whether the table ${TableName} is the one that this run began with could not be told: DynamoDB ${table.TableId ? 'showed no id of it then' : 'shows no id of it'}; it was not deleted.`,
    );
  if (table.TableId !== tableId)
    throw new TableReplacedError(`The table ${TableName} is not the one that this run began with; it was not deleted.`);
  if (table.DeletionProtectionEnabled && !mayBeProtected)
    throw new TableChangedError(
      `The table ${TableName} was protected from deletion since this run began; it was not deleted.`,
    );
  if (table.Replicas?.length)
    throw new TableChangedError(
      `The table ${TableName} became a global table since this run began; its replicas would go with it, so it was not deleted.`,
    );
}

/** The id of the table that a run began with; undefined in runs of a release that recorded none, or without a table. */
export function recordedId(run: SwapRun | OperationRun): string | undefined {
  return 'tableId' in run ? run.tableId : (run as SwapRun).table?.tableId;
}
