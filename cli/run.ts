import { approve } from './commands/approve';
import { doctor } from './commands/doctor';
import { dynamodb } from './commands/dynamodb';
import { efsToEfs } from './commands/efs-to-efs';
import { follow } from './commands/follow';
import { history } from './commands/history';
import { list } from './commands/list';
import { recoveryPoints } from './commands/recovery-points';
import { schedules } from './commands/schedules';
import { start } from './commands/start';
import { status } from './commands/status';
import { stop } from './commands/stop';
import { undoWrites } from './commands/undo-writes';
import type { Request } from './parse';
import type { Session } from './session';

/** Carries out a request; returns the exit code. */
export async function run(session: Session, request: Request): Promise<number> {
  switch (request.command) {
    case 'start':
      return start(session, request);
    case 'follow':
      return follow(session, request);
    case 'status':
      return status(session, request);
    case 'list':
      return list(session, request);
    case 'stop':
      return stop(session, request);
    case 'history':
      return history(session, request);
    case 'schedules':
      return schedules(session, request);
    case 'recovery-points':
      return recoveryPoints(session, request);
    case 'approve':
    case 'refuse':
      return approve(session, request);
    case 'doctor':
      return doctor(session, request);
    case 'dynamodb':
      return dynamodb(session, request);
    case 'dynamodb undo-writes':
      return undoWrites(session, request);
    case 'efs-to-efs':
      return efsToEfs(session, request);
  }
}
