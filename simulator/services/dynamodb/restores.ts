import type { RestoreSummary } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import type { TableImage } from './image';
import { type Overrides, restoredSettings } from './restored-settings';
import { Table } from './table';

const MOST_AT_ONCE = 50;

/** A new table that is being filled; until it is ACTIVE it cannot be read. */
export interface RunningRestore {
  table: Table;
  /** The table is ACTIVE with the items that it got. */
  finish(items: Iterable<TableImage['items'][number]>): void;
  /** The table is gone, as if it had never been. */
  giveUp(): void;
}

/** Restores of tables: DynamoDB's own and those of AWS Backup. */
export class Restores {
  private running = 0;

  constructor(
    private readonly region: Region,
    private readonly tables: Map<string, Table>,
  ) {}

  begin(
    name: string,
    image: TableImage,
    overrides: Overrides,
    summary: Omit<RestoreSummary, 'RestoreInProgress'>,
  ): RunningRestore {
    this.checkTarget(name);
    const table = new Table(this.region, restoredSettings(image.settings, name, overrides));
    table.restoreSummary = { ...summary, RestoreInProgress: true };
    this.tables.set(name, table);
    table.status = 'CREATING';
    this.running += 1;
    const end = () => {
      this.running -= 1;
      table.restoreSummary = { ...summary, RestoreInProgress: false };
    };
    return {
      table,
      finish: (items) => {
        end();
        table.putRestored(items);
        table.activate();
      },
      giveUp: () => {
        end();
        this.tables.delete(name);
        this.region.account.observer.tell('table', name, { state: 'DELETED' });
      },
    };
  }

  /** Refuses a target that is there already, and a restore too many. */
  private checkTarget(name: string): void {
    const existing = this.tables.get(name);
    if (existing?.status === 'CREATING' || existing?.status === 'DELETING') {
      const doing = existing.status === 'CREATING' ? 'created' : 'deleted';
      throw new AwsError('TableInUseException', `Table is being ${doing}: ${name}`);
    }
    if (existing) throw new AwsError('TableAlreadyExistsException', `Table already exists: ${name}`);
    if (this.running >= MOST_AT_ONCE) {
      throw new AwsError(
        'LimitExceededException',
        `Subscriber limit exceeded: There is a limit of ${MOST_AT_ONCE} concurrent restores per subscriber`,
      );
    }
  }
}
