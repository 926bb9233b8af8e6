import type { Execution } from '../execution';
import { exceedsPayloadLimit, type Json, type JsonObject, tooLarge } from '../payload';
import { StatesError } from '../states-error';
import { request } from './request';

interface InvokeOutput {
  StatusCode?: number;
  Payload?: Uint8Array | string;
  FunctionError?: string;
}

/**
 * `lambda:invoke`. A function's error becomes the task's: its type is the name, its JSON the cause.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export async function invokeLambda(execution: Execution, args: JsonObject): Promise<Json> {
  const output = (await request(
    execution,
    execution.region.lambda,
    'Invoke',
    { ...args, Payload: Buffer.from(JSON.stringify(args.Payload ?? {})) },
    'Lambda',
    'AWSLambdaException',
  )) as InvokeOutput;
  const text = output.Payload === undefined ? 'null' : Buffer.from(output.Payload).toString('utf8') || 'null';
  if (output.FunctionError !== undefined) {
    const { errorType } = JSON.parse(text) as { errorType?: string };
    throw new StatesError(errorType ?? 'Lambda.Unknown', text);
  }
  if (exceedsPayloadLimit(text)) throw tooLarge('lambda');
  return { ExecutedVersion: '$LATEST', Payload: JSON.parse(text), StatusCode: output.StatusCode ?? 200 };
}
