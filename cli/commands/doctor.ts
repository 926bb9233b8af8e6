import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { allChecks, runChecks } from '../checks';
import { afterHelp, type OptionsOf } from '../command-line';
import { configOption, readConfig } from '../config-file';
import { EXIT } from '../failure';
import type { Session } from '../session';
import type { CarryOut } from './all';

/** `doctor`: checks all that runs rely on, and says what is wrong in one list, with what to do. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addHelpText(
      'after',
      afterHelp('backup-workflows doctor --tag backup-job=true', { ok: 'all is well', failed: 'something is wrong' }),
    )
    .action((options) => carryOut((session) => doctor(session, options)));
}

function flags(command: Command) {
  return command
    .option(
      '--tag <KEY=VALUE>',
      'instances that have to be reachable (repeatable; default: those of the schedules)',
      collectTag,
      [],
    )
    .addOption(configOption());
}

function collectTag(value: string, earlier: string[]): string[] {
  if (!/^[^=]+=.*$/.test(value)) throw new InvalidArgumentError('It must be KEY=VALUE.');
  return [...earlier, value];
}

async function doctor(session: Session, request: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options } = session;
  const findings = await runChecks(session, readConfig(request.config), allChecks, request.tag);
  const wrong = findings.filter(({ advice }) => advice !== undefined);
  if (options.json) screen.print(session.asData(findings));
  else {
    for (const { subject, state, advice } of findings)
      if (advice === undefined) screen.print(`${screen.paint('✓', 'good')} ${subject}: ${state}`);
    for (const { subject, state, advice } of wrong) {
      screen.print(`${screen.paint('✗', 'bad')} ${subject}: ${screen.paint(state, 'bad')}`);
      screen.print(`  ${advice}`);
    }
    screen.print('');
    screen.print(wrong.length === 0 ? 'All is well.' : `${wrong.length} of ${findings.length} are wrong.`);
  }
  return wrong.length === 0 ? EXIT.ok : EXIT.failed;
}
