import { PublishCommand } from '@aws-sdk/client-sns';
import { notifications } from '../clients/sns';
import { requireEnv } from '../config';
import { escapeControls } from '../escape-controls';
import { firstBytes } from '../text-in-item';
import { chatNotification } from './chat-notification';
import { type MessagePart, textOf } from './message';

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
export async function notify(
  subject: string,
  message: readonly MessagePart[],
  attributes: Record<string, string>,
): Promise<void> {
  const shown = message.map(withoutControls);
  await notifications.send(
    new PublishCommand({
      TopicArn: TOPIC_ARN,
      Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_LIMIT),
      Message: IS_FOR_CHAT
        ? chatNotification(subject, shown, attributes)
        : firstBytes(textOf(shown), MESSAGE_LIMIT_BYTES),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  );
}

function withoutControls(part: MessagePart): MessagePart {
  return typeof part === 'string' ? escapeControls(part) : { ...part, command: escapeControls(part.command) };
}
