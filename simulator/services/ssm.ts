import { Service } from '../service';

/** AWS Systems Manager: managed instances and Run Command. */
export class Ssm extends Service {
  readonly iamPrefix = 'ssm';
}
