import { Service } from '../service';

/** AWS STS: identities and assumed roles. */
export class Sts extends Service {
  readonly iamPrefix = 'sts';
}
