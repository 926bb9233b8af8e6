import { isoTime } from '../../shared/clock';
import type { MessagePart } from '../../shared/runs/message';
import { executionArnOf } from '../../shared/runs/run-id';
import type { ItemCount } from '../../shared/tables/compare-tables';
import { task } from '../../shared/task';
import { askForApproval } from '../ask-for-approval';
import { howToAnswer } from '../how-to-answer';
import { isProtectionWanted } from '../last-minute';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/** Asks for approval of the deletion, and waits for the answer. Safe to repeat. */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  await askForApproval(run, {
    subject: `replace the table ${run.settings.TableName}`,
    message: (until) => request(run, until),
    waitId: waitId(runId, 'approval'),
    taskToken,
  });
});

function request(run: SwapRun, until: number): MessagePart[] {
  const { TableName } = run.settings;
  return [
    `The table ${TableName} is going to be DELETED and restored under its name.`,
    '',
    `Table now: ${describe(run.originalItems)}`,
    ...(run.originalReported
      ? [`  as DynamoDB counted it in the last six hours: ${reported(run.originalReported)}`]
      : []),
    `Restored, in ${run.duplicateName}: ${describe(run.duplicateItems)}`,
    ...(run.restoredTo ? [`as of ${run.restoredTo}${run.isCold ? ', from cold storage' : ''}`] : []),
    ...(run.restoredWith ? [`restored with issues, as AWS Backup says: ${run.restoredWith}`] : []),
    ...(run.settings.SourceTableArn ? [`restored from a copy of ${run.settings.SourceTableArn}`] : []),
    ...(run.indexesToMake?.length
      ? [
          `Indexes that the restored data lacks or has otherwise: ${run.indexesToMake.join(', ')}. They are made again after the swap: minutes for a small table, hours for a large one.`,
        ]
      : []),
    ...Object.entries(run.table?.unread ?? {}).map(
      ([setting, reason]) => `Not put back, because it could not be read: ${setting} (${reason})`,
    ),
    ...(run.readers ?? []).map((reader) => `Not moved along: ${reader}`),
    `Fallback, a backup of the table as it was: ${run.fallbackBackupArn}`,
    `Backup of what was restored: ${run.duplicateBackupArn}`,
    ...lastWrites(run),
    '',
    ...howToAnswer(run.runId),
    '',
    `Without an answer until ${isoTime(until)} nothing is deleted, and the run ends.`,
    `Run: ${executionArnOf(run.runId)}`,
  ];
}

/** What becomes of writes that are in no backup on demand. */
function lastWrites(run: SwapRun): string[] {
  const stop = 'Stop whatever writes to the table, then answer.';
  if (isProtectionWanted(run))
    return [
      ...(run.recoveryTurnedOnAt
        ? ['This run turned on point-in-time recovery of the table. It is turned off again if nothing is deleted.']
        : []),
      `Writes after the fallback backup, and of the minute before it, are only in the system backup that DynamoDB makes at the deletion and keeps for 35 days. ${stop}`,
    ];
  return run.table?.pointInTimeRecoveryDays === undefined
    ? [
        `Writes after the fallback backup, and of the minute before it, may be in no copy: point-in-time recovery is off, and ProtectLastMinute is false. ${stop}`,
      ]
    : [
        `Writes after the fallback backup, and of the minute before it, are only in the system backup that DynamoDB makes at the deletion, if point-in-time recovery is still on then. ${stop}`,
      ];
}

function describe(count: ItemCount | undefined): string {
  if (!count) return 'unknown';
  return `${count.isComplete ? '' : 'at least '}${count.items} items, ${count.sizeBytes} bytes`;
}

function reported({ items, sizeBytes }: NonNullable<SwapRun['originalReported']>): string {
  return `${items ?? 0} items, ${sizeBytes ?? 0} bytes`;
}
