import { PublishCommand } from '@aws-sdk/client-sns';
import { notifications } from '../clients/sns';
import { requireEnv } from '../config';
import { escapeControls } from '../escape-controls';
import { firstBytes } from '../text-in-item';
import { chatNotification } from './chat-notification';

const TOPIC_ARN = requireEnv('NOTIFICATION_TOPIC_ARN');
const IS_FOR_CHAT = process.env.NOTIFICATION_FORMAT === 'AmazonQDeveloper';
// API_Publish: a subject is ASCII without line breaks, shorter than 100 characters; a message is at most 256 KiB, of
// which one is left to its attributes (API_MessageAttributeValue).
const SUBJECT_LIMIT = 99;
const MESSAGE_LIMIT_BYTES = 255 * 1024;

/**
 * Publishes a message to the operator's topic. SNS delivers at least once and has no idempotency token, so a repeated
 * call may deliver the message twice: text and `runId` attribute are the same then.
 */
export async function notify(subject: string, message: string, attributes: Record<string, string>): Promise<void> {
  await notifications.send(
    new PublishCommand({
      TopicArn: TOPIC_ARN,
      Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_LIMIT),
      Message: IS_FOR_CHAT
        ? chatNotification(subject, escapeControls(message), attributes)
        : firstBytes(escapeControls(message), MESSAGE_LIMIT_BYTES),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  );
}
