import { AwsError } from '../errors';
import type { Region } from '../places';
import type { Json } from './payload';
import type { StatesError } from './states-error';

/** A task that waits for SendTaskSuccess or SendTaskFailure. */
interface WaitingTask {
  succeed(output: Json): void;
  fail(error: StatesError): void;
  heartbeat(): void;
}

const PREFIX = 'AQCEAAAAKgAAAAMAAAAAAAAAA';

/** The tokens that were given out, and the tasks that still wait for theirs. */
export class TaskTokens {
  private readonly issued = new Map<string, string>();
  private readonly waiting = new Map<string, WaitingTask>();

  constructor(private readonly region: Region) {}

  issue(stateMachineArn: string): string {
    const token = `${PREFIX}${Buffer.from(this.region.account.random.hex(96)).toString('base64')}`;
    this.issued.set(token, stateMachineArn);
    return token;
  }

  open(token: string, task: WaitingTask): void {
    this.waiting.set(token, task);
  }

  close(token: string): void {
    this.waiting.delete(token);
  }

  /** The state machine that a token belongs to, if it is one of ours. */
  stateMachineOf(token: string): string | undefined {
    return this.issued.get(token);
  }

  /**
   * The task that waits for a token. Throws `InvalidToken`, `TaskDoesNotExist` or, when the task is closed already,
   * `TaskTimedOut`.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors
   */
  find(token: string | undefined): WaitingTask {
    if (!token?.startsWith(PREFIX)) throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
    const task = this.waiting.get(token);
    if (task) return task;
    if (this.issued.has(token)) {
      throw new AwsError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
    }
    throw new AwsError('TaskDoesNotExist', `Task Does Not Exist: 'Provided task does not exist'`);
  }
}
