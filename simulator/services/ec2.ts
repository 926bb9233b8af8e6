import { Service } from '../service';

/** Amazon EC2: instances, volumes and snapshots. */
export class Ec2 extends Service {
  readonly iamPrefix = 'ec2';
}
