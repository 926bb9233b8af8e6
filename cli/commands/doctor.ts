import { allChecks, runChecks } from '../checks';
import { readConfig } from '../config-file';
import { EXIT } from '../failure';
import type { Request } from '../parse';
import type { Session } from '../session';

/** Checks all that runs rely on, and says what is wrong in one list, with what to do. */
export async function doctor(session: Session, request: Extract<Request, { command: 'doctor' }>): Promise<number> {
  const { screen, options } = session;
  const findings = await runChecks(session, readConfig(request.config), allChecks, request.tags);
  const wrong = findings.filter(({ advice }) => advice !== undefined);
  if (options.json) screen.print(JSON.stringify(findings));
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
