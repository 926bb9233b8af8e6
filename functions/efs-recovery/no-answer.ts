/** Error names of a region that does not exist or is down: the SDK's and Node.js's names for a failed connection. */
const NO_ANSWER = [
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ServiceUnavailableException',
];

/** True when a region did not answer; false when it refused. */
export function isNoAnswer(error: unknown): boolean {
  const { name = '', code = '' } = error as { name?: string; code?: string };
  return NO_ANSWER.includes(name) || NO_ANSWER.includes(code);
}
