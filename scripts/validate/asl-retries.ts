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

/** Every task retries what may go away, with jitter; a task token also a missed heartbeat. `States.ALL` is only caught. */
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
        ...(waitsForToken(state) && !retried.includes('States.HeartbeatTimeout')
          ? [report(['Retry'], 'does not start over when its heartbeat is missed (States.HeartbeatTimeout)')]
          : []),
        ...Retry.flatMap(({ ErrorEquals, JitterStrategy }, index) => [
          ...(ErrorEquals.includes('States.ALL')
            ? [report(['Retry', index], 'retries States.ALL, and so permanent errors')]
            : []),
          ...(JitterStrategy !== 'FULL' && !ErrorEquals.includes('States.HeartbeatTimeout')
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
