import { Account, type AccountOptions } from '../../../account';
import type { Execution } from '../../../asl/execution';
import { AwsError } from '../../../errors';

type Handler = (payload: never) => unknown;

const DAY = 86_400;

/** An account with Step Functions and fake functions: `fn:NAME` answers with what its handler returns or throws. */
export class Harness {
  readonly account: Account;
  readonly events: { 'detail-type': string; resources: string[]; detail: unknown }[] = [];
  readonly invocations: { name: string; payload: unknown; at: number }[] = [];
  private machines = 0;
  private readonly startedAt: number;

  constructor(
    private readonly handlers: Record<string, Handler> = {},
    options: AccountOptions = {},
  ) {
    this.account = new Account(options);
    this.startedAt = this.account.clock.now;
    const { events, lambda } = this.account.region();
    events.emit = (event) => {
      this.events.push(event);
    };
    lambda.access = () => [];
    lambda.Invoke = (input) => this.invoke(input);
  }

  get stepFunctions() {
    return this.account.region().stepFunctions;
  }

  /** Virtual seconds since the account was made. */
  get seconds(): number {
    return (this.account.clock.now - this.startedAt) / 1000;
  }

  createMachine(states: object, extra: object = {}): string {
    this.machines += 1;
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(states)[0],
      States: states,
      ...extra,
    });
    const roleArn = `arn:aws:iam::${this.account.id}:root`;
    return this.stepFunctions.CreateStateMachine({ name: `machine-${this.machines}`, definition, roleArn })
      .stateMachineArn;
  }

  /** Starts an execution of these states; the first of them is the one to start at. */
  start(states: object, input: unknown = {}, extra: object = {}): Execution {
    const stateMachineArn = this.createMachine(states, extra);
    const { executionArn } = this.stepFunctions.StartExecution({ stateMachineArn, input: JSON.stringify(input) });
    return this.stepFunctions.executions.get(executionArn) as Execution;
  }

  /** Lets an execution run to its end. */
  async finish(execution: Execution, limitSeconds = 400 * DAY): Promise<Execution> {
    await this.account.clock.runUntil(execution.done, limitSeconds);
    return execution;
  }

  run(states: object, input: unknown = {}, extra: object = {}): Promise<Execution> {
    return this.finish(this.start(states, input, extra));
  }

  close(): void {
    this.account.close();
  }

  private async invoke(input: { FunctionName: string; Payload?: Uint8Array | string }): Promise<object> {
    const name = input.FunctionName.replace(/^fn:/, '');
    const payload = JSON.parse(Buffer.from(input.Payload ?? '{}').toString('utf8'));
    const handler = this.handlers[name];
    if (!handler) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    this.invocations.push({ name, payload, at: this.seconds });
    try {
      const result = await handler(payload as never);
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(result ?? null)) };
    } catch (error) {
      if (error instanceof AwsError) throw error;
      const { name: errorType, message: errorMessage } = error as Error;
      const details = { errorType, errorMessage, trace: [] };
      return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(details)) };
    }
  }
}

/** A Task state that invokes a fake function with the state's input. */
export function invoke(name: string, fields: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: `fn:${name}`, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    TimeoutSeconds: 60,
    ...('Next' in fields ? {} : { End: true }),
    ...fields,
  };
}

/** A Task state that hands its token to a fake function, and waits for it to come back. */
export function waitForToken(name: string, fields: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: `fn:${name}`, Payload: { token: '{% $states.context.Task.Token %}' } },
    ...('Next' in fields ? {} : { End: true }),
    ...fields,
  };
}

export function pass(output: unknown, fields: object = {}): object {
  return { Type: 'Pass', Output: output, ...('Next' in fields ? {} : { End: true }), ...fields };
}

export function types(execution: Execution): string[] {
  return execution.history.map(({ type }) => String(type));
}

/** An error whose name a function reports as `errorType`. */
export function named(name: string, message = 'No.'): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** The output of an execution, read. */
export function output(text: string | undefined) {
  return JSON.parse(text ?? 'null');
}
