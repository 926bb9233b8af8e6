import { createHash } from 'node:crypto';
import type { MessagePart, Step } from './message';

/**
 * AWS's page names no limits of length, so these are Slack's: 150 characters in a title, 3,000 in a text. What is cut here
 * is in the record of the run. https://docs.slack.dev/reference/block-kit/blocks
 */
const TITLE_LIMIT = 150;
const SENTENCE_LIMIT = 800;
const REST_LIMIT = 1900;
const STEP_LIMIT = 300;

/**
 * A notification as Amazon Q Developer shows it in Slack and Microsoft Teams: what to act on as text, what to type as next
 * steps, and the rest as it is.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatNotification(
  subject: string,
  message: readonly MessagePart[],
  attributes: Record<string, string>,
): string {
  const steps = message.filter((part) => typeof part !== 'string').map(describeStep);
  const [sentence = '', ...rest] = message
    .filter((part) => typeof part === 'string')
    .join('\n')
    .split('\n');
  const { runId, workflow, outcome } = attributes;
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: hash(`${runId} ${subject}`),
    content: {
      textType: 'client-markdown',
      title: literally(subject, TITLE_LIMIT),
      description: [literally(sentence, SENTENCE_LIMIT), block(rest.join('\n').trim())].filter(Boolean).join('\n'),
      ...(steps.length > 0 && { nextSteps: steps }),
      keywords: [workflow, outcome].filter((word) => word !== undefined),
    },
    metadata: {
      // Every message of a run goes into one thread.
      ...(runId && { threadId: hash(runId), relatedResources: [runId] }),
      summary: literally(subject, TITLE_LIMIT),
      eventType: 'backup-workflows',
      enableCustomActions: false,
    },
  });
}

function describeStep({ label, command }: Step): string {
  return `${label === 'Next' ? '' : `${label}: `}${code(command, STEP_LIMIT)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function block(text: string): string {
  return text && `\`\`\`\n${escaped(text, REST_LIMIT).replaceAll('`', "'")}\n\`\`\``;
}

function code(text: string, limit: number): string {
  return `\`${escaped(text, limit).replaceAll('`', "'")}\``;
}

/** A text that is shown as it is, and calls no member of the channel: names of instances and files are other people's words. */
function literally(text: string, limit: number): string {
  return escaped(text, limit).replaceAll(/[*_~`@]/g, (character) => `${character}\u2060`);
}

/** https://docs.slack.dev/messaging/formatting-message-text (Escaping text) */
function escaped(text: string, limit: number): string {
  const characters = [...text];
  const shown = characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : text;
  return shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
