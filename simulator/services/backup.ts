import { Service } from '../service';

/** AWS Backup: vaults, recovery points and jobs. */
export class Backup extends Service {
  readonly iamPrefix = 'backup';
}
