import type { Account } from './account';
import { SimulatorError } from './errors';
import type { Service } from './service';
import { ApplicationAutoScaling } from './services/application-auto-scaling';
import { AutoScaling } from './services/auto-scaling';
import { Backup } from './services/backup';
import { CloudFormation } from './services/cloudformation';
import { CloudWatch } from './services/cloudwatch';
import { DynamoDb } from './services/dynamodb';
import { Ec2 } from './services/ec2';
import { Efs } from './services/efs';
import { Events } from './services/events';
import { Iam } from './services/iam';
import { Kms } from './services/kms';
import { Lambda } from './services/lambda';
import { S3 } from './services/s3';
import { Scheduler } from './services/scheduler';
import { Sns } from './services/sns';
import { Sqs } from './services/sqs';
import { Ssm } from './services/ssm';
import { StepFunctions } from './services/step-functions';
import { Sts } from './services/sts';

/** One region of the account: one instance of each service, by the SDK's service id. */
export class Region {
  readonly applicationAutoScaling: ApplicationAutoScaling;
  readonly autoScaling: AutoScaling;
  readonly backup: Backup;
  readonly cloudFormation: CloudFormation;
  readonly cloudWatch: CloudWatch;
  readonly dynamodb: DynamoDb;
  readonly ec2: Ec2;
  readonly efs: Efs;
  readonly events: Events;
  readonly iam: Iam;
  readonly kms: Kms;
  readonly lambda: Lambda;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
  readonly sts: Sts;

  constructor(
    readonly account: Account,
    readonly name: string,
  ) {
    // Not as field initialisers: those would run before the region has its account and name.
    this.applicationAutoScaling = new ApplicationAutoScaling(this);
    this.autoScaling = new AutoScaling(this);
    this.backup = new Backup(this);
    this.cloudFormation = new CloudFormation(this);
    this.cloudWatch = new CloudWatch(this);
    this.dynamodb = new DynamoDb(this);
    this.ec2 = new Ec2(this);
    this.efs = new Efs(this);
    this.events = new Events(this);
    this.iam = new Iam(this);
    this.kms = new Kms(this);
    this.lambda = new Lambda(this);
    this.s3 = new S3(this);
    this.scheduler = new Scheduler(this);
    this.sns = new Sns(this);
    this.sqs = new Sqs(this);
    this.ssm = new Ssm(this);
    this.stepFunctions = new StepFunctions(this);
    this.sts = new Sts(this);
  }

  /** Finds a service by the `serviceId` of its SDK client. */
  service(serviceId: string): Service {
    const services: Record<string, Service> = {
      'Application Auto Scaling': this.applicationAutoScaling,
      'Auto Scaling': this.autoScaling,
      Backup: this.backup,
      CloudFormation: this.cloudFormation,
      CloudWatch: this.cloudWatch,
      DynamoDB: this.dynamodb,
      EC2: this.ec2,
      EFS: this.efs,
      'CloudWatch Events': this.events,
      EventBridge: this.events,
      IAM: this.iam,
      KMS: this.kms,
      Lambda: this.lambda,
      Scheduler: this.scheduler,
      S3: this.s3,
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
