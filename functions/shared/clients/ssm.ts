import { SSMClient } from '@aws-sdk/client-ssm';

const clients = new Map<string, SSMClient>();

/** The client for a region; one per region and container, so that connections are used again. */
export function ssmIn(region: string): SSMClient {
  const client = clients.get(region) ?? new SSMClient({ region });
  clients.set(region, client);
  return client;
}
