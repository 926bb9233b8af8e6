import { BackupClient } from '@aws-sdk/client-backup';
import { assumedRole } from './sts';

/** Milliseconds: a region that is down must not block a task until Lambda ends it. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 30_000 };
const clients = new Map<string, BackupClient>();

/** The client for a region, as this function or as a role that the caller named; one of each per container. */
export function backupIn(region: string, assumeRoleArn?: string): BackupClient {
  const key = `${region} ${assumeRoleArn ?? ''}`;
  const client =
    clients.get(key) ??
    new BackupClient({
      region,
      requestHandler: PATIENCE,
      ...(assumeRoleArn && { credentials: assumedRole(assumeRoleArn) }),
    });
  clients.set(key, client);
  return client;
}
