import { SimulatorError } from '../../errors';
import { request } from '../integrations/request';
import type { Json, JsonObject } from '../payload';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';

const ITEM_LIMIT_BYTES = 256 * 1024;

/**
 * The items of a distributed map that an object in S3 has: JSON lines. The role reads the object.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function readItems(visit: Visit): Promise<Json[]> {
  const reader = visit.state.ItemReader as JsonObject;
  const { InputType } = (reader.ReaderConfig ?? {}) as JsonObject;
  if (!/^arn:aws(-cn|-us-gov)?:states:::s3:getObject$/.test(String(reader.Resource)) || InputType !== 'JSONL')
    throw new SimulatorError(`An ItemReader of ${reader.Resource} with the input type ${InputType} is not simulated.`);
  const { execution, scope } = visit.frame;
  const args = (await visit.evaluate('ItemReader/Arguments', reader.Arguments ?? {})) as JsonObject;
  // Every sample of AWS is named .jsonl, and no page says whether another name is read.
  if (!String(args.Key).endsWith('.jsonl'))
    throw new SimulatorError(
      `An ItemReader of JSON lines from ${args.Key}, which is not named .jsonl, is not simulated.`,
    );
  const { s3 } = execution.region;
  let body: Uint8Array;
  try {
    const answer = await scope.settle(request(execution, s3, 'GetObject', args, 'S3', 'S3Exception'));
    body = (answer as { Body: Uint8Array }).Body;
  } catch (error) {
    if (error instanceof StatesError) throw failed(error.errorCause ?? '');
    throw error;
  }
  const lines = Buffer.from(body).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    if (Buffer.byteLength(line) > ITEM_LIMIT_BYTES) throw failed('An item is larger than 256 KiB');
    try {
      return JSON.parse(line);
    } catch {
      throw failed(`A line of the object ${args.Key} is not JSON`);
    }
  });
}

function failed(cause: string): StatesError {
  return new StatesError('States.ItemReaderFailed', cause);
}
