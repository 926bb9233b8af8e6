import type { Execution } from '../../simulator/asl/execution';
import type { Caller } from '../../simulator/service';
import type { Simulation } from '../simulation';

const ACCOUNT = '111122223333';

/** CloudTrail shows a call a quarter of an hour late at worst. */
export const SHOWN_AFTER_SECONDS = 16 * 60;

/** Roles of people, for a world; `givePolicies` gives them what they may do. */
export const PEOPLE = ['Requests', 'Approves', 'Admin'].map((RoleName) => ({
  RoleName,
  TrustedServices: [],
  TrustedPrincipals: [`arn:aws:iam::${ACCOUNT}:root`],
  ManagedPolicies: [],
}));

/** Gives the roles of PEOPLE the stack's two managed policies, and one of them everything. */
export function givePolicies({ region: { iam }, stack }: Simulation): void {
  const policy = (id: string) => stack.resource(id).physicalId;
  iam.AttachRolePolicy({ RoleName: 'Requests', PolicyArn: policy('RequestRunsPolicy') });
  iam.AttachRolePolicy({ RoleName: 'Approves', PolicyArn: policy('AnswerApprovalsPolicy') });
  const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  iam.PutRolePolicy({ RoleName: 'Admin', PolicyName: 'all', PolicyDocument: JSON.stringify(all) });
}

/** A person in a role, under the name that single sign-on gives the session. */
export function person({ region }: Simulation, name: string, role: string): Caller {
  const { sts, account } = region;
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
  const { Credentials } = sts.AssumeRole({ RoleArn, RoleSessionName: name }, account.root);
  const session = sts.sessionOf(Credentials?.AccessKeyId ?? '');
  if (!session) throw new Error(`${name} has no session.`);
  return session.caller;
}

/** Starts an execution as a person. */
export async function startAs(
  { region }: Simulation,
  workflow: string,
  input: unknown,
  caller: Caller,
): Promise<Execution> {
  const { stepFunctions, account } = region;
  const stateMachineArn = region.arn('states', `stateMachine:backup-workflows-${workflow}`);
  const call = { stateMachineArn, name: 'run-1', input: JSON.stringify(input) };
  const started = account.endpoint.request(stepFunctions, 'StartExecution', call, caller);
  const { executionArn } = (await account.clock.runUntil(started, 60)) as { executionArn: string };
  return stepFunctions.executions.get(executionArn) as Execution;
}

/** Answers at the function URL; the status and what it says. */
export async function answerAtUrl(
  { account, region, stack }: Simulation,
  caller: Caller,
  { arn }: Execution,
  Approve: boolean,
): Promise<[number, { Message?: string; Approved?: boolean }]> {
  const url = stack.outputs.AnswerAsSecondPersonUrl ?? '';
  const body = JSON.stringify({ RunId: arn, Approve });
  const response = await account.clock.runUntil(region.lambda.invokeUrl(url, body, caller), 60);
  return [response.statusCode, JSON.parse(response.body)];
}
