import { localAndUtc } from '../dates';
import type { RunOutcome } from '../follow';
import { chooseRecoveryPoint, chooseReplaceableTable, typeRestoreTime } from './choices';
import { type Desk, startAndWatch } from './desk';
import { roleArnOf } from './role';

/** Option 1: takes a table back to a second, in place. */
export async function restoreToPointInTime(desk: Desk): Promise<void> {
  const table = await chooseReplaceableTable(desk);
  const at = await typeRestoreTime(desk, table);
  const isLatest = at === 'latest';
  const Source = { Type: 'PointInTime', RestoreDateTime: isLatest ? at : at.toISOString() };
  await replaceTable(desk, table, Source, isLatest ? 'as it was five minutes ago' : `as it was at ${localAndUtc(at)}`);
}

/** Option 2: replaces a table by one of its recovery points, in place. */
export async function restoreSnapshot(desk: Desk): Promise<void> {
  const table = await chooseReplaceableTable(desk);
  const point = await chooseRecoveryPoint(desk, table);
  const IamRoleArn = await roleArnOf(desk);
  const Source = {
    Type: 'RecoveryPoint',
    RecoveryPointArn: point.id,
    BackupVaultName: point.vault,
    ...(IamRoleArn && { IamRoleArn }),
  };
  const storage = point.isCold ? ', from cold storage' : '';
  await replaceTable(desk, table, Source, `as it was backed up at ${localAndUtc(point.createdAt)}${storage}`);
}

async function replaceTable(desk: Desk, TableName: string, Source: object, what: string): Promise<void> {
  const { prompts, config } = desk;
  prompts.show(
    'Read this before you continue',
    [
      `1. RESTORE  ${TableName}, ${what}, into a second table, the duplicate. ${TableName} stays in use.`,
      `2. BACK UP  the original: the fallback, kept for 35 days.`,
      '3. BACK UP  the duplicate.',
      '4. ASK      you, with the numbers of items of both. Nothing was changed until then.',
      `5. DELETE   ${TableName}. From here on the name is empty.`,
      `6. RESTORE  the duplicate's backup under the name, verify it, put every setting back.`,
      '7. ASK      whether to remove the duplicate and its backup, once all is verified.',
      'When a step fails, the data is restored again, and if that fails the fallback.',
    ].join('\n'),
  );
  if (!(await prompts.confirm(`Restore ${TableName}, ${what}?`))) return prompts.say('Nothing was done.', 'info');
  const outcome = await startAndWatch(desk, 'dynamodb-swap-restore', {
    TableName,
    Source,
    Approval: 'Required',
    Cleanup: false,
    ...(config.accountId && { ExpectedAccountId: config.accountId }),
  });
  await offerRemoval(desk, TableName, outcome);
}

/** Asks whether the duplicate can go, once the restored table is verified or the original stays. Otherwise it is needed. */
export async function offerRemoval(desk: Desk, TableName: string, outcome: RunOutcome | undefined): Promise<void> {
  const { prompts } = desk;
  const { DataUnderName, DuplicateTableName } = (outcome?.record?.report ?? {}) as Record<string, string | undefined>;
  if (!outcome || !DuplicateTableName) return;
  const isRestored = outcome.status === 'SUCCEEDED' && DataUnderName === 'restored';
  if (!isRestored && DataUnderName !== 'untouched') return;
  const { runId: RunId } = outcome;
  prompts.say(
    isRestored
      ? `${TableName} is restored and verified. Look at it in AWS before you remove the copies.`
      : `${TableName} is as it was.`,
    'info',
  );
  if (await prompts.confirm(`Remove the duplicate and its backup?${isRestored ? ' The fallback stays.' : ''}`))
    await startAndWatch(desk, 'dynamodb-table-operation', { Operation: 'RemoveLeftovers', TableName, RunId });
  else
    prompts.show(
      'Both stay. To remove them later: backup-workflows start dynamodb-table-operation --input FILE, with',
      JSON.stringify({ Operation: 'RemoveLeftovers', TableName, RunId }),
    );
}
