import { SimulatorError } from './errors';
import type { Account, Region } from './places';
import type { Service } from './service';
import { ApplicationAutoScaling } from './services/application-auto-scaling';
import { AutoScaling } from './services/auto-scaling';
import { Backup } from './services/backup';
import { CloudTrail } from './services/cloud-trail';
import { CloudFormation } from './services/cloudformation';
import { CloudWatch } from './services/cloudwatch';
import { DynamoDb } from './services/dynamodb';
import { Ec2 } from './services/ec2';
import { Efs } from './services/efs';
import { Events } from './services/events';
import { Iam } from './services/iam';
import { Kms } from './services/kms';
import { Lambda } from './services/lambda';
import { Logs } from './services/logs';
import { Pipes } from './services/pipes';
import { S3 } from './services/s3';
import { Scheduler } from './services/scheduler';
import { Sns } from './services/sns';
import { Sqs } from './services/sqs';
import { Ssm } from './services/ssm';
import { StepFunctions } from './services/step-functions';
import { Sts } from './services/sts';

type ServiceClass = new (region: Region) => Service;

/** Every service: where a region has it, its class, and the ids by which SDK clients name it. */
const SERVICES: readonly [member: keyof Region, ServiceClass: ServiceClass, serviceIds: string[]][] = [
  ['applicationAutoScaling', ApplicationAutoScaling, ['Application Auto Scaling']],
  ['autoScaling', AutoScaling, ['Auto Scaling']],
  ['backup', Backup, ['Backup']],
  ['cloudFormation', CloudFormation, ['CloudFormation']],
  ['cloudTrail', CloudTrail, ['CloudTrail']],
  ['cloudWatch', CloudWatch, ['CloudWatch']],
  ['dynamodb', DynamoDb, ['DynamoDB']],
  ['ec2', Ec2, ['EC2']],
  ['efs', Efs, ['EFS']],
  ['events', Events, ['CloudWatch Events', 'EventBridge']],
  ['iam', Iam, ['IAM']],
  ['kms', Kms, ['KMS']],
  ['lambda', Lambda, ['Lambda']],
  ['logs', Logs, ['CloudWatch Logs']],
  ['pipes', Pipes, ['Pipes']],
  ['s3', S3, ['S3']],
  ['scheduler', Scheduler, ['Scheduler']],
  ['sns', Sns, ['SNS']],
  ['sqs', Sqs, ['SQS']],
  ['ssm', Ssm, ['SSM']],
  ['stepFunctions', StepFunctions, ['SFN']],
  ['sts', Sts, ['STS']],
];

/** One region of the account: one instance of each service. */
export function makeRegion(account: Account, name: string): Region {
  const services = new Map<string, Service>();
  const place: Pick<Region, 'account' | 'name' | 'arn' | 'service'> = {
    account,
    name,
    arn: (service, resource) => `arn:${account.partition.id}:${service}:${name}:${account.id}:${resource}`,
    service: (serviceId) => {
      const service = services.get(serviceId);
      if (!service) throw new SimulatorError(`The service ${serviceId} is not simulated.`);
      return service;
    },
  };
  const region = place as Region;
  for (const [member, ServiceClass, serviceIds] of SERVICES) {
    const service = new ServiceClass(region);
    Object.assign(region, { [member]: service });
    for (const serviceId of serviceIds) services.set(serviceId, service);
  }
  return region;
}
