import { dynamodb } from './dynamodb';
import { ec2 } from './ec2';
import { events } from './events';
import { iam } from './iam';
import type { RequestTable } from './request-table';
import { scheduler } from './scheduler';
import { sns } from './sns';
import { sqs } from './sqs';
import { stepFunctions } from './step-functions';
import { sts } from './sts';

/** By the folders of the recordings. */
export const requestTables: Record<string, RequestTable> = {
  dynamodb,
  dynamodbstreams: { requests: {}, gaps: [[/./, 'the service DynamoDB Streams']] },
  ec2,
  events,
  iam,
  scheduler,
  sns,
  sqs,
  ssm: { requests: {}, gaps: [[/ ssm\.DeleteResourceDataSync_1$/, 'ssm.DeleteResourceDataSync']] },
  stepfunctions: stepFunctions,
  sts,
};
