import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isEarlier } from '../own-work';
import type { Simulation } from '../simulation';
import { DAMAGED, GOOD, TABLE, WRITTEN } from './parks';

interface Run {
  duplicateName?: string;
  fallbackBackupArn?: string;
  duplicateBackupArn?: string;
  systemBackupArn?: string;
  /** The tables that a verdict condemned. */
  wrongTableIds?: string[];
  cleanedUpAt?: number;
  settings?: { Source?: { Type: string; BackupArn?: string; RecoveryPointArn?: string } };
}

type Item = Record<string, unknown>;

const READABLE = ['ACTIVE', 'UPDATING'];
const originalText = textOf(DAMAGED);
const wantedText = textOf(GOOD);

/** What an application writes meanwhile belongs to no copy. */
function textOf(items: Item[]): string {
  const own = items.filter(({ pk }) => pk !== WRITTEN);
  const lines = own.map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => a.localeCompare(b))));
  return lines.sort().join('\n');
}

/**
 * Looks after every call at what an operator can reach through the name and through the ARNs in the run record: one
 * complete copy of the original always, and of the restored data from the moment on at which it is there. Looks at each
 * deletion under the name, too: only the original, and what a verdict condemned that is true, may be deleted.
 */
export class CopyWatch {
  readonly broken: string[] = [];
  private readonly texts = new WeakMap<object, string>();
  private readonly runs = new WeakMap<object, Run>();
  private readonly originalId: string | undefined;
  private isDeletedByOthers = false;
  private isRestoredThere = false;
  private isRestoredTaken = false;

  constructor(private readonly simulation: Simulation) {
    this.originalId = simulation.region.dynamodb.tables.get(TABLE)?.id;
    simulation.account.observer.observe(({ what, subject, detail, time }) => {
      if (what === 'table' && subject === TABLE && detail.state === 'DELETING') this.lookAtDeletion(time);
      if (what === 'call' && this.broken.length === 0) this.look(subject, time);
    });
  }

  /** Another person is about to delete the table: then only what is left in the end can be asked for. */
  expectLoss(): void {
    this.isDeletedByOthers = true;
  }

  /** The original itself, or a backup of it that can be restored, whether or not the record knows it. */
  hasOriginalSomewhere(): boolean {
    if (this.underName() === 'original' || this.originalId === undefined) return true;
    const { backups } = this.simulation.region.dynamodb;
    return backups.present().some(({ arn }) => this.textOfBackup(arn) === originalText);
  }

  private lookAtDeletion(time: string): void {
    const table = this.simulation.region.dynamodb.tables.get(TABLE);
    const run = this.run();
    // Who deletes the verified table after the run has removed what was spare takes the only copy.
    this.isRestoredTaken ||= this.isDeletedByOthers && run?.cleanedUpAt !== undefined;
    if (!table || !run || table.id === this.originalId || this.isDeletedByOthers) return;
    if (!run.wrongTableIds?.includes(table.id))
      this.broken.push(`a table was deleted under the name that no verdict condemned (${time})`);
    else if (this.remember(table, () => table.items.all().map((item) => unmarshall(item))) === wantedText)
      this.broken.push(`the wanted data was condemned and deleted (${time})`);
  }

  /** What is under the name: the wanted data, the original's, something else, or nothing. */
  underName(): 'restored' | 'original' | 'else' | 'nothing' {
    const text = this.textOfTable(TABLE);
    if (text === undefined) return 'nothing';
    if (text === wantedText) return 'restored';
    return text === originalText ? 'original' : 'else';
  }

  private look(call: string, time: string): void {
    const run = this.run();
    if (!run) return;
    const copies = [
      this.textOfTable(TABLE),
      run.duplicateName === undefined ? undefined : this.textOfTable(run.duplicateName),
      ...[run.fallbackBackupArn, run.duplicateBackupArn, run.systemBackupArn].map((arn) => this.textOfBackup(arn)),
      ...(this.isSourceThere(run) ? [wantedText] : []),
    ];
    const isDuplicateThere = run.duplicateName !== undefined && this.textOfTable(run.duplicateName) === wantedText;
    this.isRestoredThere ||= isDuplicateThere;
    if (this.originalId && !this.isDeletedByOthers && !copies.includes(originalText))
      this.broken.push(`no copy of the original (${call}, ${time})`);
    if (this.isRestoredThere && !this.isRestoredTaken && !copies.includes(wantedText))
      this.broken.push(`no copy of the restored data (${call}, ${time})`);
  }

  private run(): Run | undefined {
    const { region, stack } = this.simulation;
    const records = region.dynamodb.tables.get(stack.resource('RunsTable').physicalId)?.items.all() ?? [];
    const record = records.find(({ item, runId }) => item?.S === 'run' && !isEarlier(runId?.S));
    if (!record) return undefined;
    // Items are never changed in place.
    const run = this.runs.get(record) ?? (unmarshall(record) as Run);
    this.runs.set(record, run);
    return run;
  }

  private textOfTable(name: string): string | undefined {
    const table = this.simulation.region.dynamodb.tables.get(name);
    if (!table || !READABLE.includes(table.status)) return undefined;
    // These tables are not written to: what they hold is looked at once.
    return this.remember(table, () => table.items.all().map((item) => unmarshall(item)));
  }

  private textOfBackup(arn: string | undefined): string | undefined {
    const backup = this.simulation.region.dynamodb.backups.present().find((candidate) => candidate.arn === arn);
    if (backup?.status !== 'AVAILABLE') return undefined;
    return this.remember(backup, () => backup.image.items.map((item) => unmarshall(item)));
  }

  private remember(key: object, read: () => Item[]): string {
    const text = this.texts.get(key) ?? textOf(read());
    this.texts.set(key, text);
    return text;
  }

  /** What the run restores from: a time of the original, as long as that is there, or a backup that stays. */
  private isSourceThere({ settings }: Run): boolean {
    const { region } = this.simulation;
    const source = settings?.Source;
    if (source?.Type === 'PointInTime') return region.dynamodb.tables.get(TABLE)?.id === this.originalId;
    if (source?.Type === 'Backup') return this.textOfBackup(source.BackupArn) !== undefined;
    return region.backup
      .snapshot()
      .recoveryPoints.some(({ RecoveryPointArn }) => RecoveryPointArn === source?.RecoveryPointArn);
  }
}
