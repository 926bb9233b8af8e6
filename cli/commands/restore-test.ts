import type { Command } from '@commander-js/extra-typings';
import { afterHelp, dryRun, type OptionsOf, wholeNumber } from '../command-line';
import type { Session } from '../session';
import type { Stack } from '../stack';
import type { CarryOut } from './all';
import { startMade } from './start';

const WORKFLOW = 'restore-test';

/** `restore-test`: restores the newest backup of a resource for a test, looks at it and removes it again. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .argument('<resource>', 'name of a table, id of a file system, or ARN')
    .addHelpText(
      'after',
      afterHelp('backup-workflows restore-test Products --follow', {
        ok: 'the test is started; with --follow: what was restored is good, and gone again',
        failed: 'with --follow: the test failed, or left something',
      }),
    )
    .action((resource, options) => carryOut((session) => restoreTest(session, resource, options)));
}

function flags(command: Command) {
  return command
    .option('--recovery-point <ARN>', 'restore this one (default: the newest of the vault)')
    .option('--vault <NAME>', 'of this backup vault (default: that of the stack)')
    .option('--max-hours <N>', 'remove what was restored at the latest after so many hours', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .addOption(dryRun());
}

async function restoreTest(session: Session, resource: string, request: OptionsOf<typeof flags>): Promise<number> {
  const { recoveryPoint, vault, maxHours } = request;
  const input = {
    ResourceArn: arnOf(resource, await session.stack()),
    ...(recoveryPoint !== undefined && { RecoveryPointArn: recoveryPoint }),
    ...(vault !== undefined && { BackupVaultName: vault }),
    ...(maxHours !== undefined && { MaxTestHours: maxHours }),
    ...(request.dryRun && { DryRun: true }),
  };
  return startMade(session, WORKFLOW, input, {
    follow: request.follow,
    said: (run) => `Started ${run}. Its verdict: backup-workflows follow ${run}`,
  });
}

function arnOf(resource: string, { region, accountId, partition }: Stack): string {
  if (resource.startsWith('arn:')) return resource;
  const arn = (of: string) => `arn:${partition}:${of}/${resource}`.replace('*', `${region}:${accountId}`);
  if (/^fs-[0-9a-f]+$/.test(resource)) return arn('elasticfilesystem:*:file-system');
  if (/^i-[0-9a-f]+$/.test(resource)) return arn('ec2:*:instance');
  return arn('dynamodb:*:table');
}
