import { createHash } from 'node:crypto';
import { AwsError, SimulatorError } from '../../errors';
import { authorize } from '../../iam/authorize';
import type { Region } from '../../places';
import type { QueueMessage } from '../sqs';

/** A queue whose messages a function gets. */
interface QueueMapping {
  id: string;
  queueArn: string;
  functionArn: string;
  batchSize: number;
  windowSeconds: number;
  maximumConcurrency: number;
  isEnabled: boolean;
  running: number;
}

/** What Lambda's pollers do with a queue, in the name of the function's role. */
const POLLS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** Until pollers that were refused try again. */
const REFUSED_SECONDS = 60;
/** Larger batches need a window. */
const BATCH_WITHOUT_WINDOW = 10;
const DEFAULT_CONCURRENCY = 1000;

/**
 * Which functions get the messages of which queues. A batch is deleted after an invocation that did not fail, and comes
 * again when its visibility timeout is over after one that did, or that was throttled.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueueMappings {
  private readonly byId = new Map<string, QueueMapping>();

  constructor(private readonly region: Region) {}

  /** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
  create(settings: {
    queueArn: string;
    functionArn: string;
    batchSize?: number;
    windowSeconds?: number;
    maximumConcurrency?: number;
  }): string {
    const { queueArn, functionArn, batchSize = 10, windowSeconds = 0 } = settings;
    const { timeoutSeconds, roleArn } = this.configuration(functionArn);
    const visibility = this.region.sqs.visibilitySeconds(queueArn);
    if (batchSize > BATCH_WITHOUT_WINDOW && windowSeconds < 1)
      throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
    if (visibility < timeoutSeconds)
      throw invalid(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
    this.authorize(roleArn, queueArn);
    const mapping: QueueMapping = {
      ...{ id: this.region.account.random.uuid(), queueArn, functionArn, batchSize, windowSeconds },
      ...{ maximumConcurrency: settings.maximumConcurrency ?? DEFAULT_CONCURRENCY, isEnabled: true, running: 0 },
    };
    if (this.region.sqs.whenSent.has(queueArn))
      throw new SimulatorError(`A second reader of the queue ${queueArn} is not simulated.`);
    this.byId.set(mapping.id, mapping);
    this.region.sqs.whenSent.set(queueArn, (seconds) => this.pollIn(mapping, seconds));
    return mapping.id;
  }

  has(id: string | undefined): boolean {
    return this.byId.has(id ?? '');
  }

  /** Stops the pollers of a mapping, or starts them again. */
  enable(id: string, isEnabled: boolean): void {
    const mapping = this.byId.get(id);
    if (!mapping) return;
    mapping.isEnabled = isEnabled;
    if (isEnabled) this.pollIn(mapping, 0);
  }

  remove(id: string): void {
    const mapping = this.byId.get(id);
    if (!mapping) return;
    mapping.isEnabled = false;
    this.byId.delete(id);
    this.region.sqs.whenSent.delete(mapping.queueArn);
  }

  private pollIn(mapping: QueueMapping, seconds: number): void {
    const { clock, random } = this.region.account;
    clock.after(seconds + mapping.windowSeconds + random.between(0.02, 0.2), () => this.poll(mapping));
  }

  private async poll(mapping: QueueMapping): Promise<void> {
    if (!mapping.isEnabled || mapping.running >= mapping.maximumConcurrency) return;
    const messages = this.receive(mapping);
    if (messages.length === 0) return;
    // What is left goes to the next poller.
    if (messages.length === mapping.batchSize) this.pollIn(mapping, 0);
    mapping.running += 1;
    const isDone = await this.give(mapping, messages);
    mapping.running -= 1;
    if (isDone) for (const { messageId } of messages) this.region.sqs.forget(mapping.queueArn, messageId);
    else this.pollIn(mapping, this.region.sqs.visibilitySeconds(mapping.queueArn));
    // For what came while all pollers were at work.
    this.pollIn(mapping, 0);
  }

  private receive(mapping: QueueMapping): readonly QueueMessage[] {
    try {
      this.authorize(this.configuration(mapping.functionArn).roleArn, mapping.queueArn);
      return this.region.sqs.receive(mapping.queueArn, mapping.batchSize);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.pollIn(mapping, REFUSED_SECONDS);
      return [];
    }
  }

  /** Whether the function took the messages. */
  private async give({ functionArn, queueArn }: QueueMapping, messages: readonly QueueMessage[]): Promise<boolean> {
    const Records = messages.map(({ messageId, body, sentAt, receiveCount }) => ({
      messageId,
      receiptHandle: `${messageId}#${receiveCount}`,
      body,
      attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(Date.parse(sentAt)) },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: this.region.name,
    }));
    try {
      return 'payload' in (await this.region.lambda.run(functionArn, { Records }));
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  private authorize(principalArn: string, queueArn: string): void {
    const { account } = this.region;
    const access = POLLS.flatMap((action) => [
      { action, resource: queueArn },
      ...this.region.sqs.ofKey(action, queueArn),
    ]);
    authorize(account, { principalArn, accountId: account.id }, access);
  }

  private configuration(functionArn: string) {
    const deployed = this.region.lambda.functions.get(functionArn);
    if (!deployed) throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404);
    return deployed.configuration;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
