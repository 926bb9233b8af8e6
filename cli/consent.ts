import { Option } from '@commander-js/extra-typings';
import { EXIT, Failure, usageFailure } from './failure';
import type { Session } from './session';

/** The option that answers `requireConsent` in advance; `what` is what its NAME names. */
export function yes(what: string) {
  return new Option('--yes <NAME>', `do not ask; NAME is ${what}`);
}

/**
 * Asks before an irreversible step: the operator types `name`, or has given it with --yes. Throws a Failure when the
 * answer is no, when --yes names something else, or when there is no terminal to ask at.
 */
export async function requireConsent(
  session: Session,
  what: string,
  name: string,
  yes: string | undefined,
): Promise<void> {
  if (yes === name) return;
  if (yes !== undefined) throw usageFailure([`${what} --yes names ${yes}, not ${name}; nothing was done.`]);
  if (!session.terminal)
    throw usageFailure([`${what} There is no terminal to ask at: give --yes ${name}. Nothing was done.`]);
  session.terminal.say(what, 'warn');
  const answer = await session.terminal.type(`Type ${name} to continue, or no`, (typed) =>
    typed === name || typed.toLowerCase() === 'no' ? undefined : `That is not ${name}.`,
  );
  if (answer !== name) throw new Failure('Nothing was done.', EXIT.declined);
}
