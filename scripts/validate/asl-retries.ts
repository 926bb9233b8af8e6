import type { Check, Path } from './project';
import { statesOf, waitsForToken } from './states';

/** What Lambda, or a function of ours through TransientServiceError, reports when it may go better the next time. */
const TRANSIENT = [
  'TransientServiceError',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

/**
 * The names of a missed heartbeat. AWS's page names the first for Retry and Catch; recorded histories of AWS have the
 * second. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const MISSED_HEARTBEAT = ['States.HeartbeatTimeout', 'States.Timeout'];

/**
 * Every task retries what may pass, with jitter. A task with a token also retries a missed heartbeat, under both names
 * in one retrier. `States.ALL` is only caught.
 */
export const aslRetries: Check = (project) =>
  project.stateMachines.flatMap((machine) =>
    statesOf(machine).flatMap(({ name, state, path }) => {
      const report = (field: Path, message: string) =>
        project.finding(machine.file, [...path, ...field], 'asl-retries', `'${name}' ${message}`);
      const { Retry = [], Catch = [] } = state;
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      const isLambda = state.Type === 'Task' && state.Resource?.includes(':lambda:invoke');
      const missing = isLambda ? TRANSIENT.filter((error) => !retried.includes(error)) : [];
      const isLast = (index: number) => index === Catch.length - 1;
      return [
        ...(missing.length > 0 ? [report(['Retry'], `does not retry ${missing.join(', ')}`)] : []),
        ...(state.Type === 'Task' && Retry.length === 0 && !isLambda ? [report([], 'retries nothing')] : []),
        ...(waitsForToken(state) && !Retry.some(({ ErrorEquals }) => isOfMissedHeartbeat(ErrorEquals))
          ? [report(['Retry'], `does not retry a missed heartbeat under its names (${MISSED_HEARTBEAT.join(', ')})`)]
          : []),
        ...Retry.flatMap(({ ErrorEquals, JitterStrategy }, index) => [
          ...(ErrorEquals.includes('States.ALL')
            ? [report(['Retry', index], 'retries States.ALL, and so permanent errors')]
            : []),
          ...(JitterStrategy !== 'FULL' && !isOfMissedHeartbeat(ErrorEquals)
            ? [report(['Retry', index], 'retries without "JitterStrategy": "FULL"')]
            : []),
        ]),
        ...Catch.flatMap(({ ErrorEquals }, index) =>
          ErrorEquals.includes('States.ALL') && !(isLast(index) && ErrorEquals.length === 1)
            ? [report(['Catch', index], 'catches States.ALL, which must be alone and last')]
            : [],
        ),
      ];
    }),
  );

function isOfMissedHeartbeat(errorEquals: string[]): boolean {
  return MISSED_HEARTBEAT.every((name) => errorEquals.includes(name));
}
