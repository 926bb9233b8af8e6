import { EC2Client } from '@aws-sdk/client-ec2';

const clients = new Map<string, EC2Client>();

/** The client for a region; one per region and container, so that connections are used again. */
export function ec2In(region: string): EC2Client {
  const client = clients.get(region) ?? new EC2Client({ region });
  clients.set(region, client);
  return client;
}
