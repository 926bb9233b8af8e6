import '../../environment';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { backupJob } from '../../../../../functions/shared/waits/kinds/backup-job';
import { tableGone } from '../../../../../functions/shared/waits/kinds/table-gone';
import { lookOf, looksAhead, sendAhead } from '../../../../../functions/shared/waits/looks-ahead';
import type { Wait } from '../../../../../functions/shared/waits/waits';

const queues = mockClient(SQSClient);
afterEach(() => queues.reset());

/** 22:00:00 on some day: the schedule comes. */
const VISIT = 1_800_000_000;

function wait(context: Wait['context']): Wait {
  const times = { startedAt: VISIT, deadline: VISIT + 1, nextCheckAt: VISIT, heardAt: VISIT };
  const of = { id: 'run#step', kind: 'backup-job', region: 'eu-west-1', resources: ['job-1'], context };
  return { ...of, ...times, settled: {}, taskToken: 'token', version: 1 };
}

async function sentFor(context: Wait['context']): Promise<(string | undefined)[]> {
  queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  await sendAhead(wait(context), { carried: [VISIT + 60], claimedAt: VISIT + 300 });
  const [call] = queues.commandCalls(SendMessageBatchCommand);
  return call?.args[0].input.Entries?.map(({ MessageBody }) => MessageBody) ?? [];
}

describe('The next looks at a wait', () => {
  it('are four that messages carry and one that is claimed, in the rhythm of its kind', () => {
    expect(looksAhead(tableGone, VISIT, VISIT)).toEqual({
      carried: [VISIT + 5, VISIT + 10, VISIT + 15, VISIT + 20],
      claimedAt: VISIT + 25,
    });
  });

  it('end with the visit of the schedule, which renews the heartbeat', () => {
    expect(looksAhead(backupJob, VISIT, VISIT + 120)).toEqual({
      carried: [VISIT + 180, VISIT + 240],
      claimedAt: VISIT + 300,
    });
  });
});

describe('A message that carries a look', () => {
  it('has what the look needs', async () => {
    const [body = ''] = await sentFor({ beginBy: 7 });

    const of = {
      ...{ region: 'eu-west-1', resources: ['job-1'], startedAt: VISIT, deadline: VISIT + 1 },
      context: { beginBy: 7 },
    };
    expect(lookOf(body)).toEqual({ id: 'run#step', kind: 'backup-job', of });
  });

  it('never chooses a role', async () => {
    const [body = ''] = await sentFor({ assumeRoleArn: 'arn:aws:iam::111122223333:role/backup' });

    expect(lookOf(body)).toEqual({ id: 'run#step', kind: 'backup-job' });
  });
});
