import { stringify } from 'yaml';
import { type Check, Project, TEMPLATE } from '../../../../scripts/validate/project';

/** A task that keeps every rule. */
export const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${StopFunctionArn}` },
  TimeoutSeconds: 60,
  Retry: [
    {
      ErrorEquals: [
        'TransientServiceError',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
        'Lambda.Unknown',
        'Sandbox.Timedout',
        'Runtime.ExitError',
      ],
      JitterStrategy: 'FULL',
    },
  ],
  End: true,
};

/** A task that waits for its token and keeps every rule. */
export const WAITING_TASK = {
  ...TASK,
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  HeartbeatSeconds: 30,
  Retry: [{ ErrorEquals: ['States.HeartbeatTimeout', 'States.Timeout'] }, ...TASK.Retry],
};

export const CATCH_ALL = (Next: string) => ({ ErrorEquals: ['States.ALL'], Next });
export const FAIL = { Type: 'Fail', Error: 'Broken', Cause: 'It broke.' };

/** What a check says about a state machine with these states; the first one is where it starts. */
export async function findingsInStates(check: Check, states: object, machine: object = {}): Promise<string[]> {
  const definition = {
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 600,
    StartAt: Object.keys(states)[0],
    States: states,
    ...machine,
  };
  return findingsIn(check, { 'statemachines/stop.asl.json': JSON.stringify(definition) });
}

/** What a check says about a template with these sections. */
export async function findingsInTemplate(
  check: Check,
  sections: object,
  files: Record<string, string> = {},
): Promise<string[]> {
  return findingsIn(check, { [TEMPLATE]: stringify({ Resources: {}, ...sections }), ...files });
}

/** What a check says about these files. */
export async function findingsIn(check: Check, files: Record<string, string>): Promise<string[]> {
  const findings = await check(new Project({ [TEMPLATE]: 'Resources: {}', ...files }));
  return findings.map(({ message }) => message);
}
