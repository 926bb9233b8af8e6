import { BackupClient } from '@aws-sdk/client-backup';
import { assumedRole } from './sts';

const clients = new Map<string, BackupClient>();

/** The client for a region, as this function or as a role that the caller named; one of each per container. */
export function backupIn(region: string, assumeRoleArn?: string): BackupClient {
  const key = `${region} ${assumeRoleArn ?? ''}`;
  const client =
    clients.get(key) ?? new BackupClient({ region, ...(assumeRoleArn && { credentials: assumedRole(assumeRoleArn) }) });
  clients.set(key, client);
  return client;
}
