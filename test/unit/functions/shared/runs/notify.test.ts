import '../../environment';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { notify } from '../../../../../functions/shared/runs/notify';

const sns = mockClient(SNSClient);
afterEach(() => sns.reset());

async function published(subject: string, message: string, attributes: Record<string, string> = {}) {
  sns.on(PublishCommand).resolves({});
  await notify(subject, [message], attributes);
  return sns.commandCalls(PublishCommand)[0]?.args[0].input;
}

describe('A notification', () => {
  it('cuts a subject to fewer than 100 characters', async () => {
    const input = await published('x'.repeat(150), 'm');

    expect(input?.Subject).toBe('x'.repeat(99));
  });

  it('replaces what a subject may not contain', async () => {
    const input = await published('FAILED:\nBäckup “nightly”', 'm');

    expect(input?.Subject).toBe('FAILED:?B?ckup ?nightly?');
  });

  it.each(['x', 'ä', '€', '🙂'])(
    'cuts a message to 256 KiB with its attributes, between characters (%s)',
    async (character) => {
      // Act
      const message = `_${character.repeat(300 * 1024)}`;
      const input = await published('s', message, { runId: 'r'.repeat(200) });

      // Assess
      const bytes = Buffer.byteLength(input?.Message ?? '') + Buffer.byteLength(`runIdString${'r'.repeat(200)}`);
      expect(bytes).toBeLessThanOrEqual(256 * 1024);
      expect(bytes).toBeGreaterThan(254 * 1024);
      expect(message.startsWith(input?.Message ?? '?')).toBe(true);
    },
  );

  it('passes a short message on as it is, with its attributes', async () => {
    const input = await published('subject', 'Größe: 5 €\n', { runId: 'run-1' });

    expect(input).toMatchObject({
      TopicArn: process.env.NOTIFICATION_TOPIC_ARN,
      Message: 'Größe: 5 €\n',
      MessageAttributes: { runId: { DataType: 'String', StringValue: 'run-1' } },
    });
  });
});
