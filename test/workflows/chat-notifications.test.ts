import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { inputOf, MIXED, open, WORKFLOW, worldOf } from '../../scenarios/item-restore/items';

/** Written from AWS's page on custom notifications, with Slack's limits of length. */
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(__dirname, 'chat-notification.schema.json'), 'utf8')),
) as z.ZodType<Notification>;

interface Notification {
  content: { title: string; description: string; nextSteps?: string[]; keywords: string[] };
  metadata: { threadId: string };
}

async function told(parameters: Record<string, string>) {
  const world = worldOf(MIXED, { parameters: { NotifyOnSuccess: 'Yes', ...parameters } });
  const simulation = await open({ world });
  try {
    await simulation.finish(simulation.start(WORKFLOW, inputOf()));
    return simulation.region.sns.published.map(({ message }) => message);
  } finally {
    simulation.close();
  }
}

describe('The notifications of a run', () => {
  it('are what Amazon Q Developer shows in a channel, where they are to be', async () => {
    const messages = (await told({ NotificationFormat: 'AmazonQDeveloper' })).map((text) => JSON.parse(text));
    const [request, end] = messages.map((message) => schema.parse(message));
    expect(messages).toHaveLength(2);
    expect(request?.content.title).toBe('APPROVAL NEEDED: restore items of Products');
    expect(request?.content.description).toMatch(/^EVERY item that was written in the window is selected/);
    expect(request?.content.nextSteps).toEqual([
      expect.stringMatching(/^Yes: `backup-workflows approve \S+`$/),
      expect.stringMatching(/^No: `backup-workflows refuse \S+`$/),
    ]);
    expect(end?.content.keywords).toEqual(['dynamodb-item-restore', 'SUCCEEDED']);
    expect(end?.content.nextSteps).toEqual([expect.stringMatching(/^`backup-workflows status \S+`$/)]);
    expect(end?.metadata.threadId).toBe(request?.metadata.threadId);
  });

  it('are text where nothing else is said', async () => {
    const [request = ''] = await told({});
    expect(request).toMatch(/^EVERY item/);
  });
});
