import { hasName } from '../shared/error-name';

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
  const { code = '' } = error as { code?: string };
  return hasName(error, ...NO_ANSWER) || NO_ANSWER.includes(code);
}
