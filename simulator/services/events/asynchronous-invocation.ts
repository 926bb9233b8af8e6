import { AwsError } from '../../errors';
import type { Region } from '../../places';
import type { InvocationResult } from '../lambda';
import { sendAsRole } from './send';

/** What is declared for a function's asynchronous invocations. */
interface AsynchronousConfig {
  maximumRetryAttempts?: number;
  maximumEventAgeSeconds?: number;
  onFailureArn?: string;
  onSuccessArn?: string;
}

/** An event that a function did not manage to process. */
interface FailedInvocation {
  time: string;
  functionArn: string;
  payload: unknown;
  attempts: number;
  errorType: string;
  errorMessage: string;
}

interface Invocation {
  id: string;
  functionArn: string;
  payload: unknown;
  queuedAt: number;
  attempts: number;
  throttles: number;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 3600;
/** Lambda waits one minute before the first retry and two before the second. */
const RETRY_DELAYS_SECONDS = [60, 120];
const LONGEST_THROTTLE_DELAY_SECONDS = 300;

/**
 * Lambda's queue for asynchronous invocations: retries after function errors, backs off while the function is
 * throttled, and hands over what never succeeded.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsynchronousInvocations {
  /** What failed for good, with or without a destination. */
  readonly failed: FailedInvocation[] = [];
  private readonly configs = new Map<string, AsynchronousConfig>();

  constructor(private readonly region: Region) {}

  configure(functionArn: string, config: AsynchronousConfig): void {
    this.configs.set(functionArn, { ...this.configs.get(functionArn), ...config });
  }

  unconfigure(functionArn: string): void {
    this.configs.delete(functionArn);
  }

  /** Queues an event for a function and returns at once. */
  invoke(functionArn: string, payload: unknown): void {
    const { account } = this.region;
    const id = account.random.uuid();
    const invocation = { id, functionArn, payload, queuedAt: account.clock.now, attempts: 0, throttles: 0 };
    account.clock.after(account.random.between(0.01, 0.1), () => this.attempt(invocation));
  }

  private async attempt(invocation: Invocation): Promise<void> {
    const { clock } = this.region.account;
    try {
      const result = await this.region.lambda.run(invocation.functionArn, structuredClone(invocation.payload));
      invocation.attempts += 1;
      if ('payload' in result) return await this.succeed(invocation, result.payload);
      const delay = RETRY_DELAYS_SECONDS[invocation.attempts - 1];
      const { maximumRetryAttempts = DEFAULT_RETRIES } = this.config(invocation);
      if (delay === undefined || invocation.attempts > maximumRetryAttempts)
        return await this.fail(invocation, result.functionError, 'RetriesExhausted');
      if (this.isTooOld(invocation, delay))
        return await this.fail(invocation, result.functionError, 'EventAgeExceeded');
      clock.after(delay, () => this.attempt(invocation));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const functionError = { errorType: error.code, errorMessage: error.message };
      invocation.throttles += 1;
      const delay = Math.min(2 ** (invocation.throttles - 1), LONGEST_THROTTLE_DELAY_SECONDS);
      if (error.status !== 429 && error.status < 500)
        return await this.fail(invocation, functionError, 'RetriesExhausted');
      if (this.isTooOld(invocation, delay)) return await this.fail(invocation, functionError, 'EventAgeExceeded');
      clock.after(delay, () => this.attempt(invocation));
    }
  }

  private async succeed(invocation: Invocation, responsePayload: unknown): Promise<void> {
    const { onSuccessArn } = this.config(invocation);
    if (onSuccessArn)
      await this.send(invocation, onSuccessArn, {
        ...this.record(invocation, 'Success'),
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        responsePayload,
      });
  }

  private async fail(
    invocation: Invocation,
    functionError: Extract<InvocationResult, { functionError: unknown }>['functionError'],
    condition: string,
  ): Promise<void> {
    const { functionArn, payload, attempts } = invocation;
    const { errorType, errorMessage } = functionError;
    const time = this.region.account.clock.date.toISOString();
    this.failed.push({ time, functionArn, payload, attempts, errorType, errorMessage });
    const { onFailureArn } = this.config(invocation);
    const deadLetterArn = this.region.lambda.functions.get(functionArn)?.configuration.deadLetterArn;
    if (onFailureArn)
      await this.send(invocation, onFailureArn, {
        ...this.record(invocation, condition),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: functionError,
      });
    if (deadLetterArn) await this.send(invocation, deadLetterArn, payload);
  }

  private record({ id, functionArn, payload, attempts }: Invocation, condition: string): object {
    return {
      version: '1.0',
      timestamp: this.region.account.clock.date.toISOString(),
      requestContext: {
        requestId: id,
        functionArn: `${functionArn}:$LATEST`,
        condition,
        approximateInvokeCount: attempts,
      },
      requestPayload: payload,
    };
  }

  /** Lambda sends with the function's own role; what it may not send is lost. */
  private async send({ functionArn }: Invocation, arn: string, body: unknown): Promise<void> {
    const role = this.region.lambda.functions.get(functionArn)?.configuration.roleArn;
    try {
      await sendAsRole(this.region.account, role, arn, body);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  private config({ functionArn }: Invocation): AsynchronousConfig {
    return this.configs.get(functionArn) ?? {};
  }

  private isTooOld(invocation: Invocation, delaySeconds: number): boolean {
    const { maximumEventAgeSeconds = DEFAULT_AGE_SECONDS } = this.config(invocation);
    return this.region.account.clock.now + delaySeconds * 1000 - invocation.queuedAt > maximumEventAgeSeconds * 1000;
  }
}
