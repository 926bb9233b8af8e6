import { AwsError, SimulatorError } from '../../errors';
import { authorize, serviceMay, serviceMayAssume } from '../../iam/authorize';
import type { Account } from '../../places';
import type { Access } from '../../service';
import type { AwsEvent } from './event';
import { regionOf } from './region-of';

/** One call of a target by EventBridge or EventBridge Scheduler. */
export interface TargetCall {
  /** `events.amazonaws.com` or `scheduler.amazonaws.com`. */
  service: string;
  /** The rule or schedule on whose behalf it is made. */
  sourceArn: string;
  arn: string;
  roleArn?: string;
  /** What the role must be allowed besides the call itself: to decrypt a schedule. */
  needs?: Access[];
  /** JSON. */
  input: string;
  /** Passed on as it is when the target is another bus. */
  event?: AwsEvent;
}

/** Calls a target once; throws what the target, or the lack of a permission, answers. */
export async function callTarget(account: Account, call: TargetCall): Promise<void> {
  if (call.needs?.length) authorize(account, assume(account, call), call.needs);
  const region = regionOf(account, call.arn);
  const kind = call.arn.split(':')[2];
  switch (kind) {
    case 'lambda':
      if (!region.lambda.functions.has(call.arn))
        throw new AwsError('ResourceNotFoundException', `Function not found: ${call.arn}`, 404);
      permit(account, call, { action: 'lambda:InvokeFunction', resource: call.arn }, () =>
        region.lambda.allows(call.arn, call.service, call.sourceArn),
      );
      region.events.asynchronous.invoke(call.arn, JSON.parse(call.input));
      return;
    case 'states':
      await startExecution(account, call);
      return;
    case 'sns': {
      const caller = permitByPolicy(account, call, { action: 'sns:Publish', resource: call.arn });
      await account.endpoint.request(region.sns, 'Publish', { TopicArn: call.arn, Message: call.input }, caller);
      return;
    }
    case 'sqs':
      permitByPolicy(account, call, { action: 'sqs:SendMessage', resource: call.arn });
      region.sqs.deliver(call.arn, call.input);
      return;
    case 'events':
      if (!call.event) throw new SimulatorError(`A bus as the target of ${call.sourceArn} is not simulated.`);
      permitByPolicy(account, call, { action: 'events:PutEvents', resource: call.arn });
      region.events.forward(call.arn.slice(call.arn.indexOf('/') + 1), call.event);
      return;
    default:
      throw new SimulatorError(`The target ${call.arn} of ${call.sourceArn} is not simulated.`);
  }
}

/** Whether EventBridge tries again after such an answer. */
export function isRetriable(error: AwsError): boolean {
  return error.status >= 500 || error.status === 429 || /throttl|TooManyRequests|LimitExceeded/i.test(error.code);
}

async function startExecution(account: Account, call: TargetCall): Promise<void> {
  if (!call.roleArn) throw denied(call, 'states:StartExecution');
  const caller = assume(account, call);
  const { stepFunctions } = regionOf(account, call.arn);
  const input: Record<string, string> = { stateMachineArn: call.arn, input: call.input };
  // An execution that a rule starts carries the event's id in its name.
  if (call.event) input.name = `${call.event.id}_${account.random.uuid()}`;
  await account.endpoint.request(stepFunctions, 'StartExecution', input, caller);
}

/** With a role, its policies decide; without one, the target's own policy. */
function permit(account: Account, call: TargetCall, access: Access, mayService: () => boolean) {
  if (call.roleArn) {
    const caller = assume(account, call);
    authorize(account, caller, [access]);
    return caller;
  }
  if (!mayService()) throw denied(call, access.action);
  return { principalArn: call.service, accountId: account.id };
}

function permitByPolicy(account: Account, call: TargetCall, access: Access) {
  return permit(account, call, access, () => serviceMay(account, call.service, access, call.sourceArn));
}

function assume(account: Account, { roleArn = '', service, sourceArn }: TargetCall) {
  if (!serviceMayAssume(account, service, roleArn, sourceArn))
    throw new AwsError('AccessDeniedException', `${service} is not authorized to assume role ${roleArn}`, 403);
  return { principalArn: roleArn, accountId: account.id };
}

function denied({ service, arn, sourceArn }: TargetCall, action: string): AwsError {
  return new AwsError('AccessDeniedException', `${service} may not call ${action} on ${arn} for ${sourceArn}`, 403);
}
