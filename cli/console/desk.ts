import type { ItemRestoreRun } from '../../functions/dynamodb-restore/item-restore/item-restore-run';
import { describePlan } from '../../functions/dynamodb-restore/item-restore/preview-text';
import type { SwapFacts } from '../../functions/dynamodb-restore/swap/swap-run';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import type { RunRecord } from '../../functions/shared/runs/runs';
import { answer } from '../commands/approve';
import { startRun } from '../commands/start';
import type { Config } from '../config-file';
import { localAndUtc } from '../dates';
import { usageFailure } from '../failure';
import { follow, type RunOutcome } from '../follow';
import { duration } from '../render/report';
import { printOutcome } from '../run-report';
import { getRun, openWaits, runName, targetOf } from '../runs';
import type { Session } from '../session';
import { workflows } from '../workflows';
import type { Prompts } from './prompts';

/** What every option of the console uses. */
export interface Desk {
  session: Session;
  prompts: Prompts;
  config: Config;
}

/** Starts a run with an input that the console made, and watches it. Returns how it ended, if that was waited for. */
export async function startAndWatch(desk: Desk, workflow: string, input: object): Promise<RunOutcome | undefined> {
  const problems = (await workflows[workflow]?.problemsOf(input)) ?? [];
  if (problems.length > 0) throw usageFailure(['Nothing was started:', ...problems.map((problem) => `- ${problem}`)]);
  const runId = await startRun(desk.session, workflow, input);
  desk.prompts.say(
    `Started ${runName(runId)}. It continues when you leave (Ctrl-C); come back with: backup-workflows dynamodb`,
    'info',
  );
  return watch(desk, runId);
}

/** Watches a run to its end: asks what the run asks, and from time to time whether to wait longer. */
export async function watch(desk: Desk, runId: string): Promise<RunOutcome | undefined> {
  const { session, prompts, config } = desk;
  // Counted from the first look of this console, which may be long after the run's start.
  let askAgainSeconds: number | undefined;
  let isAnswered = false;
  const outcome = await follow(session, runId, async ({ record, elapsedSeconds, waitsForApproval }) => {
    if (waitsForApproval && !isAnswered && record) {
      await answerApproval(desk, record);
      isAnswered = true;
    }
    askAgainSeconds ??= elapsedSeconds + config.timeoutSeconds;
    if (config.timeoutSeconds === -1 || elapsedSeconds < askAgainSeconds) return false;
    askAgainSeconds = elapsedSeconds + config.timeoutSeconds;
    if (await prompts.confirm(`Not done after ${duration(elapsedSeconds)}. Continue waiting?`)) return false;
    prompts.say(`${runName(runId)} continues without you. Come back with: backup-workflows dynamodb`, 'info');
    return true;
  });
  if (outcome) printOutcome(outcome, session.screen);
  return outcome;
}

async function answerApproval(desk: Desk, record: RunRecord): Promise<void> {
  if (record.workflow === 'dynamodb-item-restore') await answerPlan(desk, record);
  else await answerDeletion(desk, record);
}

async function answerPlan({ session, prompts }: Desk, record: RunRecord): Promise<void> {
  const table = targetOf(record);
  prompts.show(
    `Items of ${table} are going to be written`,
    describePlan(record as unknown as ItemRestoreRun).join('\n'),
  );
  const isApproved = await prompts.confirmByName(`Write this to ${table}?`, table);
  const stored = await answer(session, record.runId, isApproved, session.user);
  prompts.say(
    [stored.isApproved ? 'Approved.' : `Refused: ${table} stays as it is.`, stored.message].filter(Boolean).join(' '),
    stored.isApproved ? 'success' : 'info',
  );
}

async function answerDeletion({ session, prompts }: Desk, run: RunRecord<Partial<SwapFacts>>): Promise<void> {
  const table = run.settings?.TableName ?? '';
  prompts.show(
    `${table} is going to be deleted, and restored under its name`,
    [
      `Table now:   ${items(run.originalItems)}`,
      `Restored:    ${items(run.duplicateItems)}, in ${run.duplicateName}`,
      ...(run.restoredTo ? [`As of:       ${localAndUtc(new Date(run.restoredTo))}`] : []),
      ...(run.readers ?? []).map((reader) => `Not moved:   ${reader}`),
      'Fallback, a backup of the table as it was:',
      run.fallbackBackupArn ?? 'unknown',
      'Backup of the restored data:',
      run.duplicateBackupArn ?? 'unknown',
      'Writes after the fallback, and of the minute before it, are not in the restored table: stop whatever writes to it, then answer.',
    ].join('\n'),
  );
  const { Table } = await (await session.aws.client('dynamodb')).describeTable({ TableName: table });
  const isWilling =
    !Table?.DeletionProtectionEnabled ||
    (await prompts.confirm(
      `${table} has deletion protection. Take it off for the deletion (it is put back afterwards) and continue?`,
    ));
  const isApproved = isWilling && (await prompts.confirmByName(`DELETE ${table} and restore it?`, table));
  const stored = await answerInTime(session, prompts, run, isApproved);
  if (!stored) return;
  prompts.say(
    [stored.isApproved ? 'Approved.' : `Refused: ${table} stays as it is.`, stored.message].filter(Boolean).join(' '),
    stored.isApproved ? 'success' : 'info',
  );
}

/** Gives the answer; one that comes too late changes nothing, and the text says so. */
async function answerInTime(session: Session, prompts: Prompts, run: { runId: string }, isApproved: boolean) {
  try {
    return await answer(session, run.runId, isApproved, session.user);
  } catch (error) {
    const record = await getRun(session, executionArnOf(run.runId));
    const isAsked = (await openWaits(session, executionArnOf(run.runId))).some(({ kind }) => kind === 'approval');
    if (record?.open && isAsked) throw error;
    const at = record?.finishedAt ? ` at ${localAndUtc(new Date(record.finishedAt * 1000))}` : '';
    const { approval } = (record ?? {}) as Partial<SwapFacts>;
    prompts.say(
      approval
        ? `Too late: another answer, ${approval.isApproved ? 'yes' : 'no'}, came before, and the run ended${at}.`
        : `Too late: the run ended without an answer${at}. The table is as it was.`,
      'warn',
    );
    return undefined;
  }
}

function items(count: { items: number; isComplete: boolean } | undefined): string {
  if (!count) return 'not counted';
  return `${count.isComplete ? '' : 'at least '}${count.items} ${count.items === 1 ? 'item' : 'items'}`;
}
