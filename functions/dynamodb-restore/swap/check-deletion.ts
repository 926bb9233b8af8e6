import { DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { findTable } from '../find-table';
import { assertBackups, assertDuplicate, assertNotRefused, assertSameTable, assertUnchanged } from './deletion-checks';
import { readReadersAgain, readSettingsAgain } from './settings-again';
import { getSwapRun, type SwapRun } from './swap-run';

/** What the state machine needs to route. */
interface Output {
  isFallbackOld: boolean;
}

/**
 * Looks again at everything that the deletion rests on, as days may have passed since the run read it: approval, table,
 * duplicate, both backups. Throws when one of them changed. Reads the settings again, so that the newer ones are put back.
 * Says whether the fallback is older than it may be: then it is made again. Changes nothing on the table. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getSwapRun({ runId });
  assertNotRefused(run);
  await assertDuplicate(run);
  await assertUnchanged(run);
  await assertBackups(run);
  const table = await findTable(run.settings.TableName);
  if (!run.table) return { isFallbackOld: false };
  if (!table) {
    // What the deletion would have led to, but nothing protected its last writes.
    if (!run.deletedAt && !run.foundGoneAt) await updateRun(runId, { foundGoneAt: nowSeconds() });
    return { isFallbackOld: false };
  }
  assertSameTable(run, table);
  await readReadersAgain(run, await readSettingsAgain(run, run.table));
  return { isFallbackOld: await isFallbackOld(run) };
});

async function isFallbackOld({ settings, fallbackBackupArn: BackupArn, ...run }: SwapRun): Promise<boolean> {
  if (run.fallbackRenewedAt) return false;
  const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
  const madeAt = BackupDescription?.BackupDetails?.BackupCreationDateTime?.getTime() ?? 0;
  return nowSeconds() - madeAt / 1000 > (settings.FallbackMaxAgeMinutes ?? 60) * 60;
}
