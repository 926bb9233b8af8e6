import { BackupClient } from '@aws-sdk/client-backup';
import { PATIENCE, perRegion } from './per-region';
import { assumedRole } from './sts';

/** AWS Backup in a region, as this function or as a role that the caller named. */
export const backupIn = perRegion(BackupClient, { requestHandler: PATIENCE }, assumedRole);
