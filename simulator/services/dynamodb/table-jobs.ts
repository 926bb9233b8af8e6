import { Outcomes } from '../backup/outcomes';

/** How an operation on tables goes that takes a while; the first entry for operation and table counts. */
export interface WorldTableJob {
  Operation: 'CreateBackup' | 'Restore' | 'DeleteTable' | 'Export';
  /** The table's name or `*`; of a restore, the new table's. */
  Table: string;
  DurationSeconds?: number;
  /** The backup or the new table never becomes usable, and is gone after `DurationSeconds`; an export ends FAILED then. */
  Fails?: boolean;
  /** So many items of the restored table are missing. */
  LosesItems?: number;
  /** After so many operations the entry is used up and the next one for the table counts. */
  Times?: number;
}

/** The declared outcomes of what takes a while. */
export class TableJobs {
  private readonly byOperation = new Map<string, Outcomes<WorldTableJob & { Resource: string }>>();
  private readonly declared: WorldTableJob[] = [];

  add(jobs: WorldTableJob[] | undefined): void {
    for (const job of jobs ?? []) {
      const outcomes = this.byOperation.get(job.Operation) ?? new Outcomes();
      outcomes.add([{ ...job, Resource: job.Table }]);
      this.byOperation.set(job.Operation, outcomes);
      this.declared.push(job);
    }
  }

  all(): WorldTableJob[] {
    return [...this.declared];
  }

  take(operation: WorldTableJob['Operation'], tableName: string): Partial<WorldTableJob> {
    return this.byOperation.get(operation)?.take([tableName]) ?? {};
  }
}
