import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { HttpRequest } from '@smithy/types';
import { modelOf } from '../endpoint';
import { AwsError } from '../errors';
import { isConnectionError } from '../faults';
import type { Account } from '../places';
import { encodeError, type HttpAnswer } from './http';

/** SDK clients by the name of the service in a request's signature. */
const CLIENTS: Record<string, string> = {
  'application-autoscaling': 'ApplicationAutoScalingClient',
  autoscaling: 'AutoScalingClient',
  backup: 'BackupClient',
  cloudformation: 'CloudFormationClient',
  cloudtrail: 'CloudTrailClient',
  dynamodb: 'DynamoDBClient',
  ec2: 'EC2Client',
  elasticfilesystem: 'EFSClient',
  events: 'CloudWatchEventsClient',
  iam: 'IAMClient',
  kms: 'KMSClient',
  lambda: 'LambdaClient',
  logs: 'CloudWatchLogsClient',
  monitoring: 'CloudWatchClient',
  pipes: 'PipesClient',
  scheduler: 'SchedulerClient',
  sns: 'SNSClient',
  sqs: 'SQSClient',
  ssm: 'SSMClient',
  states: 'SFNClient',
  sts: 'STSClient',
};
const FUNCTION_URL = /^\/function-url\/([0-9a-f]+)\/$/;
const SIGNATURE = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * Serves the account to SDK clients and the AWS CLI: every request is answered by the service and in the region that its
 * signature names. Credentials that AssumeRole gave act as that role, all others as the account's owner; signatures are
 * not checked, so it should be bound to this machine only. The caller has to let time pass (`clock.runAtPace`).
 * What is not simulated is refused with the code SimulatorError; the account continues.
 */
export function serveAccount(account: Account): Server {
  return createServer((request, response) => {
    answer(account, request)
      .then(({ statusCode, headers, body }) => {
        response.writeHead(statusCode, { ...headers, date: account.clock.date.toUTCString() });
        response.end(body);
      })
      // A connection that was lost, on either side.
      .catch(() => request.socket.destroy());
  });
}

async function answer(account: Account, incoming: IncomingMessage): Promise<HttpAnswer> {
  const [, region, service = ''] = SIGNATURE.exec(incoming.headers.authorization ?? '') ?? [];
  const clientName = CLIENTS[service];
  const request = await readRequest(incoming);
  const url = FUNCTION_URL.exec(request.path)?.[1];
  if (region && url) return answerUrl(account, region, `https://${url}.lambda-url.${region}.on.aws/`, request);
  const requestId = account.random.uuid();
  if (!region || !clientName) {
    const message = region ? `The service ${service} is not served.` : 'The request is not signed.';
    return encodeError(modelOf(speakerOf(service, request)), new AwsError('SimulatorError', message), requestId);
  }
  try {
    return await account.endpoint.answer(clientName, request, { caller: account.root, region });
  } catch (error) {
    if (isConnectionError(error)) throw error;
    return encodeError(modelOf(clientName), new AwsError('SimulatorError', (error as Error).message), requestId);
  }
}

/**
 * A client that speaks as who has sent a request that is not answered: S3 and a browser read XML, what has a form in it the
 * XML of queries, all others JSON. A client that gets another one says no more than that it could not read it.
 */
function speakerOf(service: string, { headers }: HttpRequest): string {
  if (service === 's3' || (service === '' && !headers['content-type'])) return 'S3Client';
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'SNSClient' : 'SFNClient';
}

/** A function URL: the host's first label is in the path, because the host is this machine. */
async function answerUrl(account: Account, region: string, url: string, request: HttpRequest): Promise<HttpAnswer> {
  const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const caller = account.region().sts.sessionOf(accessKeyId)?.caller ?? account.root;
  const { statusCode, body } = await account.region(region).lambda.invokeUrl(url, String(request.body), caller);
  return { statusCode, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  return {
    protocol: 'http:',
    hostname: url.hostname,
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks),
  };
}
