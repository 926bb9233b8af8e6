import type { Command } from '@commander-js/extra-typings';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import type { RunRecord } from '../../functions/shared/runs/runs';
import { consoleChecks, runChecks } from '../checks';
import { afterHelp, type OptionsOf } from '../command-line';
import { configOption, readConfig } from '../config-file';
import { type Desk, watch } from '../console/desk';
import { Leave, Prompts } from '../console/prompts';
import { offerRemoval, restoreSnapshot, restoreToPointInTime } from '../console/restore-in-place';
import {
  createBackup,
  deleteTable,
  enableDeletionProtection,
  enablePointInTimeRecovery,
  restoreFromBackup,
  restoreFromRecoveryPoint,
} from '../console/table-operations';
import { undoWrites } from '../console/undo-writes';
import { EXIT, usageFailure } from '../failure';
import { listRuns, runName, targetOf } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';
import { declare as declareUndoWrites } from './undo-writes';

type Option = (desk: Desk) => Promise<unknown>;

const OPTIONS: { label: string; option: Option }[] = [
  {
    label: 'Point-in-Time Recovery (PITR): take a table back to a second (about 20 min)',
    option: restoreToPointInTime,
  },
  { label: 'AWS Backup snapshot: replace a table (warm about 20 min, cold about 3 hours)', option: restoreSnapshot },
  { label: 'Create a backup in DynamoDB Backups (1-5 min)', option: createBackup },
  {
    label: 'Restore from DynamoDB Backups a table that is gone (10-20 min)',
    option: restoreFromBackup,
  },
  {
    label: 'Restore from AWS Backup a table that is gone (about 20 min, cold 3 hours)',
    option: restoreFromRecoveryPoint,
  },
  { label: 'Delete a table in DynamoDB (about 10 min)', option: deleteTable },
  { label: 'Enable Point-in-Time Recovery (PITR) (seconds)', option: enablePointInTimeRecovery },
  { label: 'Enable deletion protection (seconds)', option: enableDeletionProtection },
  { label: 'Undo a window of bad writes, item by item, in the live table (10-40 min)', option: undoWrites },
];
const RESUMABLE = 10;

/** `dynamodb`: a menu of nine options, until the operator leaves. All work is done by runs in AWS. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addHelpText(
      'after',
      afterHelp('backup-workflows dynamodb --local', {
        ok: 'you left it; runs that were started continue in AWS',
        failed: 'a check at its beginning found something wrong',
      }),
    )
    .action((options) => carryOut((session) => openConsole(session, options)));
  declareUndoWrites(command, carryOut);
}

function flags(command: Command) {
  return command.addOption(configOption());
}

async function openConsole(session: Session, request: OptionsOf<typeof flags>): Promise<number> {
  const { terminal, screen } = session;
  const config = readConfig(request.config);
  if (!terminal)
    throw usageFailure([
      'The recovery console needs a terminal. Without one use: backup-workflows start dynamodb-swap-restore --input FILE',
    ]);
  const findings = await runChecks(session, config, consoleChecks);
  const wrong = findings.filter(({ advice }) => advice !== undefined);
  if (wrong.length > 0) {
    for (const { subject, state, advice } of wrong) terminal.say(`${subject}: ${state}\n${advice}`, 'error');
    return EXIT.failed;
  }
  const desk: Desk = { session, prompts: new Prompts(terminal), config };
  const stack = await session.stack();
  terminal.show(
    'Disaster recovery of DynamoDB tables',
    [
      `account  ${stack.accountId}, ${stack.region}`,
      `vault    ${config.vaultName ?? 'all vaults'}`,
      `role     ${config.backupRole ?? stack.outputs.BackupJobExecutionRoleArn}`,
      'Type help, menu or exit at any question.',
    ].join('\n'),
  );
  for (;;) {
    try {
      const option = await chooseOption(desk);
      await option(desk);
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      if (error.to === 'menu') continue;
      screen.print(
        'Goodbye. Runs that were started continue in AWS; come back to them with: backup-workflows dynamodb',
      );
      return EXIT.ok;
    }
  }
}

/** Watches a run that is in progress. A swap of this console keeps its duplicate until it is asked about. */
async function watchAgain(desk: Desk, run: RunRecord): Promise<void> {
  const runId = executionArnOf(run.runId);
  const outcome = await watch(desk, runId);
  if (run.workflow !== 'dynamodb-swap-restore') return;
  const { Cleanup } = JSON.parse(run.input) as { Cleanup?: boolean };
  if (Cleanup === false) await offerRemoval(desk, targetOf(run), outcome);
}

async function chooseOption({ session, prompts }: Desk): Promise<Option> {
  const open = (await listRuns(session, { open: true, limit: RESUMABLE })).filter(({ workflow }) =>
    workflow.startsWith('dynamodb-'),
  );
  const goingOn = open.map((run) => ({
    value: ((desk) => watchAgain(desk, run)) as Option,
    label: `Return to ${runName(run.runId)}: ${run.workflow} of ${targetOf(run)}, in progress`,
  }));
  const options = OPTIONS.map(({ label, option }) => ({ value: option, label }));
  return prompts.choose('What shall be done?', [...options, ...goingOn]);
}
