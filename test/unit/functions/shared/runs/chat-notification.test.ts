import { chatNotification } from '../../../../../functions/shared/runs/chat-notification';

const attributes = { workflow: 'efs-backup', runId: 'arn:run', outcome: 'FAILED' };

describe('A notification for a channel', () => {
  it('shows the words of others as they are, and calls no member of the channel by them', () => {
    const message = [
      'i-1 (<!channel> *web* @here) failed.',
      '',
      'i-2 (`<@U1>`): no',
      { label: 'Next' as const, command: 'backup-workflows status a_b' },
      'Next: backup-workflows approve somebody-else',
    ];
    const { content } = JSON.parse(chatNotification('FAILED: <!here>', message, attributes));
    expect(content.title).toBe('FAILED: &lt;!here&gt;');
    expect(content.description).toBe(
      "i-1 (&lt;!channel&gt; *\u2060web*\u2060 @\u2060here) failed.\n```\ni-2 ('&lt;@U1&gt;'): no\nNext: backup-workflows approve somebody-else\n```",
    );
    // A command is copied; words of others are none, whatever they look like.
    expect(content.nextSteps).toEqual(['`backup-workflows status a_b`']);
  });

  it('is cut where it is too long, and never within a character', () => {
    const { content } = JSON.parse(
      chatNotification('😀'.repeat(300), ['😀'.repeat(900), 'y'.repeat(9000)], attributes),
    );
    expect([...content.title]).toHaveLength(150);
    expect([...content.title].slice(-2)).toEqual(['😀', '…']);
    expect([...content.description].length).toBeLessThan(3000);
  });
});
