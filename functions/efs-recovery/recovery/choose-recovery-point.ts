import type { RecoveryPointByBackupVault } from '@aws-sdk/client-backup';
import type { DestinationVault } from './destination-vault';
import type { Source } from './recovery-points';

/** A recovery point as messages name it. */
export interface Named {
  arn: string;
  createdAt: string;
}

/** A recovery point that cannot be restored in its state. */
export interface Incomplete extends Named {
  status: string;
}

/** Where a recovery point can be restored from, and those that were passed over. */
export interface Choice {
  /** To be copied first. */
  copyFrom?: string;
  /** In the destination already. */
  restoreFrom?: string;
  /** Newer recovery points that AWS Backup does not copy. */
  skipped: Named[];
}

/**
 * Chooses the newest completed recovery point of the source vault that the destination has or that can be copied, else
 * the newest one of the destination vault. Backups in cold storage cannot be copied (AWS Backup guide, "Backup and tag
 * copy"), so they are passed over, and named. Within one vault nothing is copied.
 */
export function chooseNewest(source: Source, destination: DestinationVault, isSameVault: boolean): Choice {
  const skipped: Named[] = [];
  const [newestThere] = completed(destination.points);
  if (isSameVault) return { restoreFrom: newestThere?.RecoveryPointArn, skipped };
  for (const point of completed(source.points)) {
    const copy = findCopy(point, source, destination);
    if (copy) return { restoreFrom: copy, skipped };
    // Of what is left, the destination may hold a newer one.
    if (skipped.length > 0 && newestThere && madeAt(newestThere) > madeAt(point)) break;
    if (!isCold(point)) return { copyFrom: point.RecoveryPointArn, skipped };
    skipped.push(named(point));
  }
  return { restoreFrom: newestThere?.RecoveryPointArn, skipped };
}

/**
 * The copy of a recovery point that can be restored. AWS Backup lists copy jobs of the last 30 days only; of older ones
 * the copy is known by where it comes from and when its source was made, which a copy keeps.
 */
export function findCopy(
  point: RecoveryPointByBackupVault,
  source: Source,
  destination: DestinationVault,
): string | undefined {
  const copied = source.copies.get(point.RecoveryPointArn ?? '');
  return destination.points.find(
    ({ RecoveryPointArn, Status, SourceBackupVaultArn, CreationDate }) =>
      Status === 'COMPLETED' &&
      (RecoveryPointArn === copied ||
        (SourceBackupVaultArn === point.BackupVaultArn && CreationDate?.getTime() === point.CreationDate?.getTime())),
  )?.RecoveryPointArn;
}

/** Whether a recovery point has moved to cold storage. Lists have no StorageClass, but the date of the move. */
export function isCold({ CalculatedLifecycle }: RecoveryPointByBackupVault): boolean {
  const movedAt = CalculatedLifecycle?.MoveToColdStorageAt?.getTime();
  return movedAt !== undefined && movedAt <= Date.now();
}

/** The recovery points that are newer than a chosen one and not complete, the newest first; all of them without one. */
export function incompleteAfter(points: RecoveryPointByBackupVault[], chosenArn: string | undefined): Incomplete[] {
  const chosen = points.find(({ RecoveryPointArn }) => RecoveryPointArn === chosenArn);
  return points
    .filter((point) => point.Status !== 'COMPLETED' && (!chosen || madeAt(point) > madeAt(chosen)))
    .sort((a, b) => madeAt(b) - madeAt(a))
    .map((point) => ({ ...named(point), status: point.Status ?? 'in a state that is not known' }));
}

/** The newest COMPLETED recovery point. */
export function newestCompleted(points: RecoveryPointByBackupVault[]): Named | undefined {
  const [newest] = completed(points);
  return newest && named(newest);
}

function completed(points: RecoveryPointByBackupVault[]): RecoveryPointByBackupVault[] {
  return points
    .filter(({ Status, RecoveryPointArn }) => Status === 'COMPLETED' && RecoveryPointArn)
    .sort((a, b) => madeAt(b) - madeAt(a));
}

function madeAt({ CreationDate }: RecoveryPointByBackupVault): number {
  return CreationDate?.getTime() ?? 0;
}

function named({ RecoveryPointArn = '', CreationDate }: RecoveryPointByBackupVault): Named {
  return { arn: RecoveryPointArn, createdAt: CreationDate?.toISOString() ?? '' };
}
