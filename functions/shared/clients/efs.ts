import { EFSClient } from '@aws-sdk/client-efs';
import { assumedRole } from './sts';

/** Milliseconds: a region that is down must not block a task until Lambda ends it. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 30_000 };
const clients = new Map<string, EFSClient>();

/** The client for a region, as this function or as a role that the caller named; one of each per container. */
export function efsIn(region: string, assumeRoleArn?: string): EFSClient {
  const key = `${region} ${assumeRoleArn ?? ''}`;
  const client =
    clients.get(key) ??
    new EFSClient({
      region,
      requestHandler: PATIENCE,
      ...(assumeRoleArn && { credentials: assumedRole(assumeRoleArn) }),
    });
  clients.set(key, client);
  return client;
}
