import { SimulatorError } from '../errors';
import { Service } from '../service';

/** What Lambda answers to an invocation: the handler's result, or how it failed (`errorType` is the error's name). */
export type InvocationResult =
  | { payload: unknown }
  | { functionError: { errorType: string; errorMessage: string; stackTrace?: string[] } };

/** AWS Lambda: runs the project's own handlers. */
export class Lambda extends Service {
  readonly iamPrefix = 'lambda';

  /** Runs a function to its end, or to its timeout (`errorType` `Sandbox.Timedout`). */
  async run(_functionArn: string, _payload: unknown): Promise<InvocationResult> {
    throw new SimulatorError('not yet');
  }
}
