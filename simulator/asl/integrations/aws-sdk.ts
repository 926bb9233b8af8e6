import { SimulatorError } from '../../errors';
import type { Execution } from '../execution';
import { type Json, type JsonObject, toJson } from '../payload';
import { request } from './request';

/** By the name in the ARN: the SDK's service id, and the prefix of error names. */
const SERVICES: Record<string, { serviceId: string; prefix: string; camelCase?: boolean }> = {
  backup: { serviceId: 'Backup', prefix: 'Backup' },
  dynamodb: { serviceId: 'DynamoDB', prefix: 'DynamoDb' },
  ec2: { serviceId: 'EC2', prefix: 'Ec2' },
  efs: { serviceId: 'EFS', prefix: 'Efs' },
  eventbridge: { serviceId: 'EventBridge', prefix: 'EventBridge' },
  iam: { serviceId: 'IAM', prefix: 'Iam' },
  lambda: { serviceId: 'Lambda', prefix: 'Lambda' },
  // The API's own fields are in camel case; in a state they are in Pascal case, as everywhere.
  sfn: { serviceId: 'SFN', prefix: 'Sfn', camelCase: true },
  sns: { serviceId: 'SNS', prefix: 'Sns' },
  ssm: { serviceId: 'SSM', prefix: 'Ssm' },
  sts: { serviceId: 'STS', prefix: 'Sts' },
};

/** The optimized integrations run on an older SDK with other names. */
const OPTIMIZED: Record<string, { prefix: string; baseException: string }> = {
  dynamodb: { prefix: 'DynamoDB', baseException: 'AmazonDynamoDBException' },
  sns: { prefix: 'SNS', baseException: 'AmazonSNSException' },
};

export function isSimulated(service: string): boolean {
  return service in SERVICES;
}

/** One API call: `aws-sdk:<service>:<operation>`, or the optimized integrations that only pass their arguments on. */
export async function callAwsSdk(
  execution: Execution,
  service: string,
  operation: string,
  args: JsonObject,
  optimized: boolean,
): Promise<Json> {
  const known = SERVICES[service];
  if (!known) throw new SimulatorError(`The service ${service} is not simulated.`);
  const names = (optimized && OPTIMIZED[service]) || {
    prefix: known.prefix,
    baseException: `${known.prefix}Exception`,
  };
  const api = `${operation[0]?.toUpperCase()}${operation.slice(1)}`;
  const input = known.camelCase
    ? renameKeys(args, (key) => key[0]?.toLowerCase() + key.slice(1))
    : withTextMessage(args);
  const output = await request(
    execution,
    execution.region.service(known.serviceId),
    api,
    input,
    names.prefix,
    names.baseException,
  );
  const json = toJson(output);
  return known.camelCase ? renameKeys(json as JsonObject, (key) => key[0]?.toUpperCase() + key.slice(1)) : json;
}

/** A message given as an object is sent as its JSON text. https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html */
function withTextMessage(args: JsonObject): JsonObject {
  if (typeof args.Message !== 'object' || args.Message === null) return args;
  return { ...args, Message: JSON.stringify(args.Message) };
}

function renameKeys(object: JsonObject, rename: (key: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [rename(key), value]));
}
