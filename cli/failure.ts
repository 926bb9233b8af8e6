import { hasName } from '../functions/shared/error-name';
/** Exit codes of the command; docs/command-line.md explains them. */
export const EXIT = {
  ok: 0,
  /** The run failed, or doctor found something. */
  failed: 1,
  /** The command line, a file or what it names is wrong; nothing was done. */
  usage: 2,
  /** AWS could not be reached, or refused: credentials, permission, throttling, no such stack. */
  aws: 3,
  /** The operator said no. */
  declined: 4,
  interrupted: 130,
} as const;

/** What Ctrl-C is answered with, wherever it is pressed. */
export const INTERRUPTED =
  'Interrupted. Runs that were started continue in AWS; `backup-workflows list --open` shows them.';

/** What ends the command with a message for a person and an exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

export function usageFailure(problems: string[]): Failure {
  return new Failure(problems.join('\n'), EXIT.usage);
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const UNKNOWN_CREDENTIALS = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'AuthFailure',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'];
const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
];
const DISCONNECTED = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'ENETUNREACH',
  'EHOSTUNREACH',
];

/** Whether asking again later may help: the connection or AWS itself is in a bad moment. */
export function isPassing(error: unknown): boolean {
  const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  return (
    DISCONNECTED.includes(code ?? '') ||
    name === 'TimeoutError' ||
    THROTTLED.includes(name ?? '') ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}

/** Whether the caller lacks a permission, and nothing else is wrong. */
export function isDenied(error: unknown): boolean {
  return hasName(error, ...DENIED);
}

/** Says what an error means and what to do. `endpoint` is where the simulated account should be, with `--local`. */
export function explain(error: unknown, endpoint?: string): Failure {
  if (error instanceof Failure) return error;
  const { name = '', message = String(error), code = '' } = error as Error & { code?: string };
  const failure = (...lines: string[]) => new Failure(lines.join('\n'), EXIT.aws);
  if (name === 'CredentialsProviderError')
    return failure(
      `There are no AWS credentials: ${message}`,
      'Log in (aws sso login), export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or set AWS_PROFILE.',
    );
  if (EXPIRED.includes(name))
    return failure(
      'The AWS credentials have expired. Runs that were started continue without them.',
      'Log in again, then repeat the command; `backup-workflows list` shows what is running.',
    );
  if (UNKNOWN_CREDENTIALS.includes(name))
    return failure(
      `AWS does not accept the credentials: ${message}`,
      'Check AWS_PROFILE and AWS_ACCESS_KEY_ID, and that the region is enabled in the account.',
    );
  if (DENIED.includes(name))
    return failure(
      `You have no permission for this: ${message}`,
      'Ask for it, or use another role; docs/command-line.md lists what each command needs.',
    );
  if (THROTTLED.includes(name))
    return failure(`AWS is throttling this account: ${message}`, 'Wait a minute, then repeat the command.');
  if (/Region is missing/.test(message))
    return failure('There is no AWS region.', 'Give --region, or set AWS_REGION or the region of your AWS profile.');
  if (DISCONNECTED.includes(code) || name === 'TimeoutError')
    return endpoint
      ? failure(`Nothing answers at ${endpoint}.`, 'Start the simulated account in another terminal: npm run local')
      : failure(
          `There is no connection to AWS: ${message}`,
          'Check the network and the region, then repeat the command.',
        );
  return failure(`AWS refused: ${name}: ${message}`);
}
