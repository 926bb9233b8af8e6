import type { Command } from '@commander-js/extra-typings';
import type { ItemRestoreRun } from '../../functions/dynamodb-restore/item-restore/item-restore-run';
import { describePlan } from '../../functions/dynamodb-restore/item-restore/preview-text';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import { afterHelp, dryRun, type OptionsOf } from '../command-line';
import { requireConsent, yes } from '../consent';
import { EXIT, usageFailure } from '../failure';
import { invoke, postSigned } from '../invoke';
import { findRun, getRun, listRuns, openWaits, runName, targetOf } from '../runs';
import type { Session } from '../session';
import { askingWorkflows } from '../workflows';
import type { CarryOut } from './all';

/** As many open runs are looked at for one that asks. */
const LOOKED_AT = 50;

/**
 * `approve` and `refuse`: answer a run that asks whether it may delete its table, or write to it. A no replaces a yes
 * until that begins.
 */
export function declare(command: Command, carryOut: CarryOut): void {
  const isApproved = command.name() === 'approve';
  flags(command)
    .argument('[run]', 'name or ARN of the execution (default: the one that asks)')
    .addHelpText(
      'after',
      afterHelp(`backup-workflows ${command.name()} restore-parks --yes ParksAr`, {
        ok: 'the run has your answer',
        failed: 'the answer came too late, or another one holds',
        declined: 'you said no to the question of the command; the run still asks',
      }),
    )
    .action((run, options) => carryOut((session) => giveAnswer(session, isApproved, run, options)));
}

function flags(command: Command) {
  return command
    .option('--by <NAME>', 'who answers, for the record (default: you)')
    .addOption(dryRun())
    .addOption(yes('the table that would be replaced'));
}

async function giveAnswer(
  session: Session,
  isApproved: boolean,
  run: string | undefined,
  request: OptionsOf<typeof flags>,
): Promise<number> {
  const { screen, options, user } = session;
  const runId = run === undefined ? await onlyAsking(session) : await findRun(session, run);
  const [record, waits] = await Promise.all([getRun(session, runId), openWaits(session, runId)]);
  const name = runName(runId);
  const isAsked = waits.some(({ kind }) => kind === 'approval');
  if (!record?.open || (isApproved && !isAsked))
    throw usageFailure([
      `${name} does not wait for an answer; \`backup-workflows status ${name}\` shows how it stands.`,
    ]);
  const table = targetOf(record);
  const isSwap = record.workflow === 'dynamodb-swap-restore';
  if (request.dryRun) {
    const plan = isApproved
      ? `${name} would ${isSwap ? `delete the table ${table} and restore it under its name` : `write to items of the table ${table}`}.`
      : `${name} would end; the table ${table} stays as it is.`;
    screen.print(options.json ? session.asData({ runId, table, wouldDelete: isApproved && isSwap }) : plan);
    return EXIT.ok;
  }
  if (isApproved)
    await requireConsent(
      session,
      isSwap
        ? `The table ${table} is going to be deleted and restored by ${name}.`
        : [...describePlan(record as unknown as ItemRestoreRun), `${name} is going to write this to ${table}.`].join(
            '\n',
          ),
      table,
      request.yes,
    );
  const stored = await answer(session, runId, isApproved, request.by ?? user);
  const says = `${name} is ${stored.isApproved ? 'approved' : 'refused'}.${stored.message ? ` ${stored.message}` : ''}`;
  if (options.json) screen.print(session.asData({ runId, ...stored }));
  else screen.print(`${says} Watch it with: backup-workflows follow ${name}`);
  return stored.message ? EXIT.failed : EXIT.ok;
}

/** The answer that the run's record holds, and why it is not the one that was given. */
interface StoredAnswer {
  isApproved: boolean;
  message?: string;
}

interface Answer {
  Approved: boolean;
  Message?: string;
}

/**
 * Gives an answer to the stack's own function: by its URL, which knows the caller, where a second person has to approve.
 * Returns the stored one, which may be another.
 */
export async function answer(session: Session, runId: string, isApproved: boolean, by: string): Promise<StoredAnswer> {
  const { AnswerAsSecondPersonUrl: url } = (await session.stack()).outputs;
  if (url) return stored(await postSigned<Answer>(session, url, { RunId: runId, Approve: isApproved }));
  const payload = { RunId: runId, Approve: isApproved, By: by };
  const missing = 'deploy this version of it first.';
  return stored(await invoke<Answer>(session, 'AnswerApprovalFunctionName', payload, missing));
}

function stored({ Approved, Message }: Answer): StoredAnswer {
  return { isApproved: Approved, ...(Message && { message: Message }) };
}

async function onlyAsking(session: Session): Promise<string> {
  const found = await Promise.all(
    askingWorkflows.map((workflow) => listRuns(session, { open: true, limit: LOOKED_AT, workflow })),
  );
  const open = found.flat();
  const asking: string[] = [];
  for (const runId of open.map((run) => executionArnOf(run.runId)))
    if ((await openWaits(session, runId)).some(({ kind }) => kind === 'approval')) asking.push(runId);
  const [only] = asking;
  if (only && asking.length === 1) return only;
  throw usageFailure(
    asking.length === 0
      ? ['No run asks for anything.']
      : ['Several runs ask; name one:', ...asking.map((id) => `  ${runName(id)}`)],
  );
}
