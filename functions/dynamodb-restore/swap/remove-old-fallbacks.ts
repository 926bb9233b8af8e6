import { createHash } from 'node:crypto';
import { DeleteBackupCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../shared/clients/dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { isoTime, nowSeconds } from '../../shared/clock';
import { hasName } from '../../shared/error-name';
import { changeOf } from '../../shared/items';
import { logger } from '../../shared/logger';
import { RUNS_TABLE } from '../../shared/runs/runs';
import { tell } from '../../shared/runs/tell';
import { describeError, task } from '../../shared/task';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import { type Fallback, fallbacks } from './fallbacks';
import { claimForRemoval, forgetDuplicate, isLastCopy, type KeptDuplicate, keptDuplicates } from './kept-duplicates';

const DAY_SECONDS = 24 * 3600;
/** The operator has so long between the notification and the removal. */
const NOTICE_SECONDS = 3 * DAY_SECONDS;

/**
 * Runs every day. Removes fallback backups whose grace period is over, three days after the operator was notified, and
 * expired duplicates of interrupted runs. A fallback is removed only while the table that made it spare is ACTIVE: under
 * its name there may be another table, and the fallback may be the last copy. Safe to repeat.
 */
export const handler = task(async (): Promise<void> => {
  const soon = nowSeconds() + NOTICE_SECONDS;
  const ending = (await fallbacks()).filter(({ tableId, removeAfter }) => tableId && removeAfter && removeAfter < soon);
  await announce(ending.filter(({ announcedAt }) => !announcedAt));
  for (const fallback of ending) await removeFallback(fallback);
  for (const kept of await keptDuplicates()) if (kept.removeAfter < nowSeconds()) await removeDuplicate(kept);
});

/** Notifies the operator of removals that are due, in one message. */
async function announce(ending: Fallback[]): Promise<void> {
  if (ending.length === 0) return;
  const lines = ending.map(
    (fallback) =>
      `${isoTime(removalTime(fallback))} or later: ${fallback.item}, of the table ${fallback.tableName}, made by ${fallback.ofRun}`,
  );
  const isTold = await tell({
    runId: 'fallbacks',
    what: `removal#${createHash('sha256')
      .update(ending.map(({ item }) => item).join())
      .digest('hex')}`,
    subject: `TO BE REMOVED: ${ending.length} fallback backup(s)`,
    message: [
      'The grace period of these fallback backups ends. They are removed while the table that replaced them is ACTIVE.',
      'To keep one, restore it or copy it before, or delete its item (runId "fallbacks") in the table of runs.',
      '',
      ...lines,
    ],
    attributes: { workflow: 'dynamodb-swap-restore', outcome: 'TO_BE_REMOVED' },
  });
  // Nothing is removed unannounced: tomorrow's look finds out whether a later attempt told it.
  if (!isTold) return;
  for (const { item } of ending) {
    await tables.send(
      new UpdateCommand({
        TableName: RUNS_TABLE,
        Key: { runId: 'fallbacks', item },
        ...changeOf({ set: { announcedAt: nowSeconds() } }),
      }),
    );
  }
}

/** Never before the operator has had his notice, whatever the grace period was. */
function removalTime({ removeAfter = 0, announcedAt }: Fallback): number {
  return Math.max(removeAfter, (announcedAt ?? nowSeconds()) + NOTICE_SECONDS);
}

async function removeFallback(fallback: Fallback): Promise<void> {
  const { item: BackupArn, tableName, tableId, announcedAt } = fallback;
  if (!announcedAt || nowSeconds() < removalTime(fallback)) return;
  try {
    const table = await findTable(tableName);
    if (table?.TableStatus !== 'ACTIVE' || table.TableId !== tableId) return;
    await deleteBackup(BackupArn);
    await tables.send(new DeleteCommand({ TableName: RUNS_TABLE, Key: { runId: 'fallbacks', item: BackupArn } }));
  } catch (error) {
    // A fallback that cannot be removed today does not block the others: the next look tries again.
    logger.warn('Kept a fallback backup', { BackupArn, reason: describeError(error) });
  }
}

async function deleteBackup(BackupArn: string): Promise<void> {
  await dynamodb.send(new DeleteBackupCommand({ BackupArn })).catch((error) => {
    if (!hasName(error, 'BackupNotFoundException')) throw error;
  });
}

async function removeDuplicate(kept: KeptDuplicate): Promise<void> {
  try {
    const table = await findTable(kept.tableName);
    if (table?.TableStatus !== 'ACTIVE' || isLastCopy(kept, table) || !(await claimForRemoval(kept))) return;
    if ((await findTable(kept.item))?.TableId === kept.duplicateTableId) await deleteTable(kept.item);
    if (kept.backupArn) await deleteBackup(kept.backupArn);
    await forgetDuplicate(kept.item);
  } catch (error) {
    logger.warn('Kept a duplicate', { duplicate: kept.item, reason: describeError(error) });
  }
}
