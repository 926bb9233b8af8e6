import { SQSClient } from '@aws-sdk/client-sqs';

/** SQS in the stack's region. A message that it does not take soon is not worth waiting for: a schedule stands in. */
export const queues = new SQSClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000 },
});
