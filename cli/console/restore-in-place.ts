import { localAndUtc } from '../dates';
import { chooseRecoveryPoint, chooseTable, typeRestoreTime } from './choices';
import { type Desk, startAndWatch } from './desk';
import { roleArnOf } from './role';

/** Option 1: takes a table back to a second, in place. */
export async function restoreToPointInTime(desk: Desk): Promise<void> {
  const table = await chooseTable(desk);
  const at = await typeRestoreTime(desk, table);
  const Source = { Type: 'PointInTime', RestoreDateTime: at.toISOString() };
  await replaceTable(desk, table, Source, `as it was at ${localAndUtc(at)}`);
}

/** Option 2: replaces a table by one of its recovery points, in place. */
export async function restoreSnapshot(desk: Desk): Promise<void> {
  const table = await chooseTable(desk);
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
      '7. REMOVE   the duplicate and its backup, if you want.',
      'When a step fails, the data is restored again, and if that fails the fallback.',
    ].join('\n'),
  );
  const Cleanup = await prompts.confirm('Remove the duplicate and its backup once all is verified?');
  if (!(await prompts.confirm(`Restore ${TableName}, ${what}?`))) return prompts.say('Nothing was done.', 'info');
  await startAndWatch(desk, 'dynamodb-swap-restore', {
    TableName,
    Source,
    Approval: 'Required',
    Cleanup,
    ...(config.accountId && { ExpectedAccountId: config.accountId }),
  });
}
