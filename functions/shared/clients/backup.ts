import { BackupClient } from '@aws-sdk/client-backup';

const clients = new Map<string, BackupClient>();

/** The client for a region; one per region and container, so that connections are used again. */
export function backupIn(region: string): BackupClient {
  const client = clients.get(region) ?? new BackupClient({ region });
  clients.set(region, client);
  return client;
}
