import { EC2Client } from '@aws-sdk/client-ec2';
import { assumedRole } from './sts';

const clients = new Map<string, EC2Client>();

/** The client for a region, as this function or as a role that the caller named; one of each per container. */
export function ec2In(region: string, assumeRoleArn?: string): EC2Client {
  const key = `${region} ${assumeRoleArn ?? ''}`;
  const client =
    clients.get(key) ?? new EC2Client({ region, ...(assumeRoleArn && { credentials: assumedRole(assumeRoleArn) }) });
  clients.set(key, client);
  return client;
}
