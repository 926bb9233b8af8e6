import { StatesError } from './states-error';

/** What flows between states: plain JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const PAYLOAD_LIMIT_BYTES = 262_144;

/** The JSON text of a payload. Throws `States.DataLimitExceeded` above 256 KiB; the cause names the state or task. */
export function payloadText(value: Json, name: string): string {
  const text = JSON.stringify(value);
  if (exceedsPayloadLimit(text)) throw tooLarge(name);
  return text;
}

/** As recorded on AWS, for results; the same words are used where nothing was recorded. */
export function tooLarge(name: string): StatesError {
  return new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

export function exceedsPayloadLimit(text: string): boolean {
  // A UTF-16 unit takes at most three bytes, so that most texts need no counting.
  return text.length * 3 > PAYLOAD_LIMIT_BYTES && Buffer.byteLength(text) > PAYLOAD_LIMIT_BYTES;
}

/** Plain JSON from an SDK output: dates become ISO 8601 texts, as in the output of an AWS SDK integration. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? {}));
}
