import type {
  BackupDescription,
  BackupDetails,
  BackupSummary,
  BackupType,
  ListBackupsInput,
  ListBackupsOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { validation } from './errors';
import type { TableImage } from './image';
import { compareText } from './values';

const SYSTEM_DAYS = 35;
const DAY_MS = 24 * 3600 * 1000;

/** A backup that DynamoDB itself keeps, not one in a vault of AWS Backup's own. */
export interface TableBackup {
  arn: string;
  name: string;
  type: BackupType;
  createdAt: Date;
  status: 'CREATING' | 'AVAILABLE' | 'DELETED';
  expiresAt?: Date;
  image: TableImage;
  /** How many restores are reading it. */
  restores: number;
}

/** The backups of one region. They outlive their tables. */
export class TableBackups {
  private readonly byArn = new Map<string, TableBackup>();

  constructor(private readonly region: Region) {}

  /** Begins a backup of what the table holds now; it is AVAILABLE, or gone, after so many seconds. */
  create(name: string, image: TableImage, type: BackupType, seconds: number, fails = false): TableBackup {
    const { clock } = this.region.account;
    const backup: TableBackup = {
      arn: this.newArn(image.source.TableArn ?? ''),
      name,
      type,
      createdAt: clock.date,
      status: 'CREATING',
      image,
      restores: 0,
      ...(type === 'SYSTEM' && { expiresAt: new Date(clock.now + SYSTEM_DAYS * DAY_MS) }),
    };
    this.byArn.set(backup.arn, backup);
    clock.after(seconds, () => {
      if (fails) this.byArn.delete(backup.arn);
      else if (backup.status === 'CREATING') backup.status = 'AVAILABLE';
    });
    return backup;
  }

  /** The ARN of a backup that begins now: its number is the time in milliseconds. */
  newArn(tableArn: string): string {
    const { clock, random } = this.region.account;
    return `${tableArn}/backup/${String(clock.now).padStart(14, '0')}-${random.hex(8)}`;
  }

  /** Puts a backup in as if it had always been there. */
  put(backup: TableBackup): void {
    this.byArn.set(backup.arn, backup);
  }

  /** Ends a backup, of any owner. */
  remove(arn: string): void {
    this.byArn.delete(arn);
  }

  find(arn: string): TableBackup {
    const backup = this.present().find((candidate) => candidate.arn === arn);
    if (!backup) throw new AwsError('BackupNotFoundException', `Backup not found: ${arn}`);
    return backup;
  }

  /** Those that exist, by table and time. */
  present(): TableBackup[] {
    const { now } = this.region.account.clock;
    return [...this.byArn.values()]
      .filter(({ expiresAt }) => (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) > now)
      .sort((left, right) => compareText(left.arn, right.arn));
  }

  /** Whether a backup of the table is being made. */
  isBackingUp(tableId: string): boolean {
    return this.present().some(({ status, type, image }) => {
      return status === 'CREATING' && type !== 'SYSTEM' && image.source.TableId === tableId;
    });
  }

  delete(arn: string): BackupDescription {
    const backup = this.find(arn);
    if (backup.status === 'CREATING') throw inUse(`Backup is being created: ${arn}`);
    if (backup.restores > 0) throw inUse(`Backup is being restored to a table: ${arn}`);
    if (backup.type === 'SYSTEM') throw new SimulatorError('Deleting a system backup of DynamoDB is not simulated.');
    if (backup.type === 'AWS_BACKUP') {
      throw validation('Backups of AWS Backup cannot be deleted with DynamoDB; use AWS Backup.');
    }
    this.byArn.delete(arn);
    backup.status = 'DELETED';
    return describeBackup(backup);
  }

  list(input: ListBackupsInput, tableName: string | undefined): ListBackupsOutput {
    const { TimeRangeLowerBound: from, TimeRangeUpperBound: until, ExclusiveStartBackupArn: start } = input;
    // Users' own backups only, unless others are asked for.
    const wanted = input.BackupType ?? 'USER';
    const found = this.present().filter(
      (backup) =>
        (wanted === 'ALL' ? backup.type !== 'AWS_BACKUP' : backup.type === wanted) &&
        (tableName === undefined || backup.image.source.TableName === tableName) &&
        (!from || backup.createdAt >= from) &&
        (!until || backup.createdAt < until) &&
        (start === undefined || compareText(backup.arn, start) > 0),
    );
    const page = found.slice(0, input.Limit ?? 100);
    return {
      BackupSummaries: page.map(summarise),
      ...(found.length > page.length && { LastEvaluatedBackupArn: page[page.length - 1]?.arn }),
    };
  }
}

/** The `BackupDetails` of an answer. */
export function detailsOf(backup: TableBackup): BackupDetails {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupSizeBytes: backup.image.source.TableSizeBytes ?? 0,
    BackupStatus: backup.status,
    BackupType: backup.type,
    BackupCreationDateTime: backup.createdAt,
    ...(backup.expiresAt && { BackupExpiryDateTime: backup.expiresAt }),
  };
}

/** The `BackupDescription` of an answer. */
export function describeBackup(backup: TableBackup): BackupDescription {
  return {
    BackupDetails: detailsOf(backup),
    SourceTableDetails: { ...backup.image.source },
    SourceTableFeatureDetails: structuredClone(backup.image.features),
  };
}

function summarise(backup: TableBackup): BackupSummary {
  const { TableName, TableId, TableArn } = backup.image.source;
  return { TableName, TableId, TableArn, ...detailsOf(backup) };
}

function inUse(message: string): AwsError {
  return new AwsError('BackupInUseException', message);
}
