import type { DeadLetterConfig, RetryPolicy } from '@aws-sdk/client-cloudwatch-events';
import { AwsError } from '../../errors';
import { authorize, serviceMay } from '../../iam/authorize';
import type { Account, Region } from '../../places';
import { regionOf } from './region-of';
import { callTarget, isRetriable, type TargetCall } from './targets';

/** A target call with what to do when it fails. */
interface DeliveryRequest extends TargetCall {
  targetId: string;
  retryPolicy?: RetryPolicy;
  deadLetterConfig?: DeadLetterConfig;
}

/** What became of a delivery. */
interface Delivery {
  /** ISO 8601, in virtual time: when it was delivered or given up. */
  time: string;
  /** The rule or schedule. */
  sourceArn: string;
  targetId: string;
  targetArn: string;
  eventId?: string;
  input: string;
  attempts: number;
  errorCode?: string;
  errorMessage?: string;
  /** The queue that took it in the end. */
  deadLetterQueueArn?: string;
}

const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 24 * 3600;
const LONGEST_DELAY_SECONDS = 480;

/** The deliveries of one service in one region. */
export class Deliveries {
  readonly delivered: Delivery[] = [];
  /** Given up, with the reason; `deadLetterQueueArn` is set when a dead-letter queue has the event. */
  readonly dropped: Delivery[] = [];

  constructor(private readonly region: Region) {}

  private get account(): Account {
    return this.region.account;
  }

  /**
   * Calls the target, and again with exponential backoff while it answers with errors that may pass.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
   */
  async deliver(request: DeliveryRequest): Promise<void> {
    const { clock } = this.account;
    const startedAt = clock.now;
    const { MaximumRetryAttempts = DEFAULT_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
      request.retryPolicy ?? {};
    for (let attempts = 1; ; attempts += 1) {
      const failure = await this.attempt(request);
      if (!failure) {
        this.delivered.push(this.outcome(request, attempts));
        return;
      }
      const delay = Math.min(2 ** (attempts - 1), LONGEST_DELAY_SECONDS) * this.account.random.between(0.5, 1);
      const exhausted = !isRetriable(failure)
        ? 'NotRetriable'
        : attempts > MaximumRetryAttempts
          ? 'MaximumRetryAttempts'
          : clock.now + delay * 1000 - startedAt > MaximumEventAgeInSeconds * 1000
            ? 'MaximumEventAgeInSeconds'
            : undefined;
      if (exhausted) {
        this.giveUp(request, attempts, failure);
        return;
      }
      await clock.sleep(delay);
    }
  }

  private async attempt(request: DeliveryRequest): Promise<AwsError | undefined> {
    try {
      await callTarget(this.account, request);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      // The connection to the target was cut.
      if (error instanceof Error && error.name === 'TimeoutError') return new AwsError('TIMEOUT', error.message, 503);
      throw error;
    }
  }

  private giveUp(request: DeliveryRequest, attempts: number, failure: AwsError): void {
    const outcome = this.outcome(request, attempts);
    outcome.errorCode = failure.code;
    outcome.errorMessage = failure.message;
    const queueArn = request.deadLetterConfig?.Arn;
    if (queueArn && this.sendToQueue(request, queueArn)) outcome.deadLetterQueueArn = queueArn;
    this.dropped.push(outcome);
  }

  /** A queue that is missing, or that does not let the service in, loses the event. */
  private sendToQueue(request: DeliveryRequest, queueArn: string): boolean {
    const access = { action: 'sqs:SendMessage', resource: queueArn };
    try {
      if (request.service === 'scheduler.amazonaws.com')
        authorize(this.account, { principalArn: request.roleArn ?? '', accountId: this.account.id }, [access]);
      else if (!serviceMay(this.account, request.service, access, request.sourceArn)) return false;
      const body = request.event ? JSON.stringify(request.event) : request.input;
      regionOf(this.account, queueArn).sqs.deliver(queueArn, body);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  private outcome(request: DeliveryRequest, attempts: number): Delivery {
    const { sourceArn, targetId, arn: targetArn, event, input } = request;
    const outcome: Delivery = {
      time: this.account.clock.date.toISOString(),
      sourceArn,
      targetId,
      targetArn,
      input,
      attempts,
    };
    if (event) outcome.eventId = event.id;
    return outcome;
  }
}
