import { sessionName } from '../current-run';

/** A container that looks after many runs does not keep all of their clients. */
export const MOST_CLIENTS = 30;
/** Milliseconds: a region that is down must not block a task until Lambda ends it. */
export const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 30_000 };

interface Settings<Credentials> {
  region: string;
  requestHandler?: typeof PATIENCE;
  maxAttempts?: number;
  credentials?: Credentials;
}

/**
 * Gives the client of a service for a region, and one as a role that the caller named, if `roleOf` can act as it. One of
 * each per container, so that connections are used again; of a role one for each run, because a session has the name of its
 * run.
 */
export function perRegion<Client, Credentials>(
  ClientClass: new (settings: Settings<Credentials>) => Client,
  settings: { requestHandler?: typeof PATIENCE; maxAttempts?: number } = {},
  roleOf?: (roleArn: string) => Credentials,
): (region: string, assumeRoleArn?: string) => Client {
  const clients = new Map<string, Client>();
  return (region, assumeRoleArn) => {
    const key = assumeRoleArn === undefined ? region : `${region} ${assumeRoleArn} ${sessionName()}`;
    const known = clients.get(key);
    if (known) return known;
    if (clients.size >= MOST_CLIENTS) clients.clear();
    const credentials = assumeRoleArn === undefined ? undefined : roleOf?.(assumeRoleArn);
    const client = new ClientClass({ region, ...settings, ...(credentials && { credentials }) });
    clients.set(key, client);
    return client;
  };
}
