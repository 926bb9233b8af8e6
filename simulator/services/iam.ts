import { Service } from '../service';

/** AWS IAM: roles and their policies. */
export class Iam extends Service {
  readonly iamPrefix = 'iam';
}
