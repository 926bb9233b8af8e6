import { EXIT, Failure } from './failure';
import type { Session } from './session';

/** Errors of the suite's own functions that say that nothing was done. */
const REFUSALS = ['InvalidInputError', 'TargetBusyError'];

/**
 * Invokes one of the stack's functions, by the output that names it; returns its answer. What the function refuses, or
 * fails with, is a Failure. `missing` says what to do when the stack has no such function.
 */
export async function invoke<Answer>(
  session: Session,
  output: string,
  payload: object,
  missing: string,
): Promise<Answer> {
  const { outputs, name } = await session.stack();
  const FunctionName = outputs[output];
  if (!FunctionName) throw new Failure(`The stack ${name} has no ${output}: ${missing}`, EXIT.aws);
  const lambda = await session.aws.client('lambda');
  const { FunctionError, Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(payload) });
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
  if (!FunctionError) return answer;
  const { errorType = '', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
  throw new Failure(`${errorType}: ${errorMessage}`, REFUSALS.includes(errorType) ? EXIT.usage : EXIT.aws);
}

/**
 * Posts to a function URL of the stack, signed with the caller's credentials (SigV4, as the service `lambda`); returns its
 * answer. What it refuses is a Failure with its message.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export async function postSigned<Answer>({ aws }: Session, functionUrl: string, payload: object): Promise<Answer> {
  // The client's own signer: of its credentials, its region and the service `lambda`.
  const signer = await (await aws.client('lambda')).config.signer();
  const url = placeOf(functionUrl, aws.access.endpoint ?? process.env.AWS_ENDPOINT_URL);
  const body = JSON.stringify(payload);
  const headers = { host: url.host, 'content-type': 'application/json' };
  const request = { method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname, headers, body };
  const signed = await signer.sign(request);
  const { host: _, ...sent } = signed.headers;
  const response = await fetch(url, { method: 'POST', headers: sent, body });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Failure(
    messageIn(text) ?? `${response.status} ${response.statusText}`,
    response.status === 400 ? EXIT.usage : EXIT.aws,
  );
}

/** A simulated account is served at one address (also by the SDK's own variable): the host's first label is in the path. */
function placeOf(functionUrl: string, endpoint: string | undefined): URL {
  const url = new URL(functionUrl);
  return endpoint ? new URL(`/function-url/${url.hostname.split('.')[0]}/`, endpoint) : url;
}

function messageIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { Message?: string }).Message;
  } catch {
    return undefined;
  }
}
