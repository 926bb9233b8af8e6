import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { Scheduler } from '@aws-sdk/client-scheduler';
import type { Session } from '../cli/session';
import { findStack } from '../cli/stack';
import type { Simulation } from './simulation';

const CLIENTS = { cloudFormation: CloudFormation, dynamodb: DynamoDB, scheduler: Scheduler };

/** A session of the command line in the simulated account, without a process: what `doctor`'s checks get. */
export function operatorSession({ account, stack }: Simulation): Session {
  const host = { caller: account.root, region: account.homeRegion };
  const client = async (name: keyof typeof CLIENTS) => {
    const Client = CLIENTS[name] as new (config: never) => object;
    return new Client(account.endpoint.clientConfig(`${Client.name}Client`, host) as never);
  };
  const aws = { client, access: {}, now: () => account.clock.now } as unknown as Session['aws'];
  return { aws, stack: () => findStack(aws, stack.name) } as unknown as Session;
}
