import type { Request } from '../parse';
import { findRun } from '../runs';
import type { Session } from '../session';
import { followToEnd } from './start';

/** Shows what a run does until its end. */
export async function follow(session: Session, { run }: Extract<Request, { command: 'follow' }>): Promise<number> {
  return followToEnd(session, await findRun(session, run));
}
