import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2 } from '@aws-sdk/client-ec2';
import { SFN } from '@aws-sdk/client-sfn';
import { draw } from '../../cli/picture/draw';
import { page } from '../../cli/picture/page';
import { readRun } from '../../cli/picture/read-run';
import type { Reader } from '../../cli/session';
import type { Simulation, Started } from '../../scenarios/simulation';

/** What reading a run asks. */
const CLIENTS = { dynamodb: DynamoDB, ec2: EC2, sfn: SFN };
/** Virtual seconds; reading takes some calls. */
const PATIENCE_SECONDS = 24 * 3600;

/** The page of a simulated run: what `backup-workflows history --html` makes of a real one, read by the same calls. */
export async function pageOf({ account, stack }: Simulation, { arn }: Started): Promise<string> {
  const reader = {
    aws: {
      client: async (name: keyof typeof CLIENTS) => account.endpoint.client(CLIENTS[name] as never),
      now: () => account.clock.now,
    },
    stack: async () => ({
      outputs: stack.outputs,
      resource: async (logicalId: string) => stack.resource(logicalId).physicalId,
    }),
  };
  const reading = readRun(reader as unknown as Reader, arn);
  return page(draw(await account.clock.runUntil(reading, PATIENCE_SECONDS)));
}
