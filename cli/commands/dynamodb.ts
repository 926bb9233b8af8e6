import { executionArnOf } from '../../functions/shared/runs/run-id';
import { consoleChecks, runChecks } from '../checks';
import { readConfig } from '../config-file';
import { type Desk, watch } from '../console/desk';
import { Leave, Prompts } from '../console/prompts';
import { restoreSnapshot, restoreToPointInTime } from '../console/restore-in-place';
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
import type { Request } from '../parse';
import { listRuns, runName, targetOf } from '../runs';
import type { Session } from '../session';

type Option = (desk: Desk) => Promise<void>;

const OPTIONS: { label: string; option: Option }[] = [
  {
    label: 'Point-in-Time Recovery (PITR): take a table back to a second      about 20 min',
    option: restoreToPointInTime,
  },
  { label: 'AWS Backup snapshot: replace a table     warm about 20 min, cold about 3 hours', option: restoreSnapshot },
  { label: 'Create a backup in DynamoDB Backups                                    1-5 min', option: createBackup },
  {
    label: 'Restore from DynamoDB Backups a table that is gone                   10-20 min',
    option: restoreFromBackup,
  },
  {
    label: 'Restore from AWS Backup a table that is gone                about 20 min, 3 h',
    option: restoreFromRecoveryPoint,
  },
  { label: 'Delete a table in DynamoDB', option: deleteTable },
  { label: 'Enable Point-in-Time Recovery (PITR)', option: enablePointInTimeRecovery },
  { label: 'Enable deletion protection', option: enableDeletionProtection },
  { label: 'Undo a window of bad writes, item by item, in the live table     10-40 min', option: undoWrites },
];
const RESUMABLE = 10;

/** The recovery console: a menu of nine options, until the operator leaves. All work is done by runs in AWS. */
export async function dynamodb(session: Session, request: Extract<Request, { command: 'dynamodb' }>): Promise<number> {
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
      `vault    ${config.vaultName ?? stack.outputs.BackupVaultName}`,
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

async function chooseOption({ session, prompts }: Desk): Promise<Option> {
  const open = (await listRuns(session, { open: true, limit: RESUMABLE })).filter(({ workflow }) =>
    workflow.startsWith('dynamodb-'),
  );
  const goingOn = open.map((run) => ({
    value: ((desk) => watch(desk, executionArnOf(run.runId))) as Option,
    label: `Return to ${runName(run.runId)}: ${run.workflow} of ${targetOf(run)}, going on`,
  }));
  const options = OPTIONS.map(({ label, option }) => ({ value: option, label }));
  return prompts.choose('What shall be done?', [...options, ...goingOn]);
}
