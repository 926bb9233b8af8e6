import type { Account } from './account';
import { SimulatorError } from './errors';
import type { Service } from './service';
import { Backup } from './services/backup';
import { DynamoDb } from './services/dynamodb';
import { Ec2 } from './services/ec2';
import { Events } from './services/events';
import { Iam } from './services/iam';
import { Lambda } from './services/lambda';
import { Scheduler } from './services/scheduler';
import { Sns } from './services/sns';
import { Sqs } from './services/sqs';
import { Ssm } from './services/ssm';
import { StepFunctions } from './services/step-functions';
import { Sts } from './services/sts';

/** One region of the account: one instance of each service, by the SDK's service id. */
export class Region {
  readonly backup = new Backup(this);
  readonly dynamodb = new DynamoDb(this);
  readonly ec2 = new Ec2(this);
  readonly events = new Events(this);
  readonly iam = new Iam(this);
  readonly lambda = new Lambda(this);
  readonly scheduler = new Scheduler(this);
  readonly sns = new Sns(this);
  readonly sqs = new Sqs(this);
  readonly ssm = new Ssm(this);
  readonly stepFunctions = new StepFunctions(this);
  readonly sts = new Sts(this);

  constructor(
    readonly account: Account,
    readonly name: string,
  ) {}

  /** Finds a service by the `serviceId` of its SDK client. */
  service(serviceId: string): Service {
    const services: Record<string, Service> = {
      Backup: this.backup,
      DynamoDB: this.dynamodb,
      EC2: this.ec2,
      'CloudWatch Events': this.events,
      EventBridge: this.events,
      IAM: this.iam,
      Lambda: this.lambda,
      SFN: this.stepFunctions,
      SNS: this.sns,
      SSM: this.ssm,
      STS: this.sts,
    };
    const service = services[serviceId];
    if (!service) throw new SimulatorError(`The service ${serviceId} is not simulated.`);
    return service;
  }

  /** An ARN in this region and account: `arn('ec2', 'instance/i-1')`. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.name}:${this.account.id}:${resource}`;
  }
}
