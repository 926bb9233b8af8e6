import { Service } from '../service';

/** AWS Step Functions: state machines and executions. */
export class StepFunctions extends Service {
  readonly iamPrefix = 'states';
}
