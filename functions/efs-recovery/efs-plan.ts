import { DEFAULT_START_WINDOW_MINUTES } from '../shared/backup-window';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { findPastBackups } from '../shared/past-backups';
import { type Cost, costOf, PRICES } from '../shared/prices';
import type { BackupRun, RecoveryRun } from './recovery-run';

/** How long a run would take, and what it costs. */
interface Expected {
  ExpectedSeconds?: number;
  ExpectedFrom: string;
  SizeInBytes?: number;
  Cost?: Cost;
  /** What ends the run, and when. */
  EndsBy: string[];
}

const REGION = requireEnv('AWS_REGION');
/** https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html: of large files; small ones are slower. */
const BYTES_A_SECOND = 100_000_000;

/** What a run of efs-backup would do. Only reads. */
export async function planBackup({ settings, fileSystemArn }: BackupRun): Promise<Expected & { WouldBackUp: string }> {
  const { BackupVaultName, AutomationAssumeRole, StartWindowMinutes, CompleteWindowMinutes } = settings;
  const backup = backupIn(REGION, AutomationAssumeRole);
  const past = await findPastBackups(backup, BackupVaultName, { ByResourceArn: fileSystemArn });
  const last = past.byResource.get(fileSystemArn);
  return {
    WouldBackUp: `${fileSystemArn} into ${BackupVaultName}`,
    ...(last && {
      ExpectedSeconds: last.seconds,
      SizeInBytes: last.bytes,
      Cost: costOf(last.bytes, { monthly: PRICES.efsBackupMonth }),
    }),
    ExpectedFrom: last
      ? `the newest recovery point of it in ${BackupVaultName}`
      : (past.refusal ?? `nothing: ${BackupVaultName} has no recovery point of it of the last 35 days`),
    EndsBy: [
      `AWS Backup ends a job that has not begun after ${StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES} min`,
      ...(CompleteWindowMinutes
        ? [`AWS Backup ends a job that is not complete after ${CompleteWindowMinutes} min`]
        : []),
      'the execution ends after 40 days',
    ],
  };
}

/** How long a run of efs-copy-restore would take at least, and what it costs. */
export function expectRecovery({ plan }: RecoveryRun): Expected {
  const EndsBy = ['the copy and the restore end after 31 days each', 'the execution ends after 70 days'];
  const bytes = plan.sizeInBytes;
  if (bytes === undefined)
    return { ExpectedFrom: 'nothing: AWS Backup does not tell the size of the recovery point', EndsBy };
  const steps = plan.copyFrom ? 2 : 1;
  const once = PRICES.efsRestore + (plan.copyFrom ? PRICES.betweenRegions : 0);
  const monthly = PRICES.efsStandardMonth + (plan.copyFrom ? PRICES.efsBackupMonth : 0);
  return {
    ExpectedSeconds: Math.ceil((bytes / BYTES_A_SECOND) * steps),
    ExpectedFrom: `the size of the recovery point at ${BYTES_A_SECOND / 1e6} MB/s for ${steps === 2 ? 'the copy and the restore' : 'the restore'}, which many small files do not reach`,
    SizeInBytes: bytes,
    Cost: costOf(bytes, { once, monthly }),
    EndsBy,
  };
}
