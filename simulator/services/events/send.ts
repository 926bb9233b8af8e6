import { SimulatorError } from '../../errors';
import { authorize } from '../../iam/authorize';
import type { Account } from '../../places';
import { regionOf } from './region-of';

/** Sends a body to a queue, topic, function or bus with a role's permissions, or with the owner's when there is none. */
export async function sendAsRole(
  account: Account,
  roleArn: string | undefined,
  arn: string,
  body: unknown,
): Promise<void> {
  const caller = roleArn === undefined ? account.root : { principalArn: roleArn, accountId: account.id };
  const region = regionOf(account, arn);
  const service = arn.split(':')[2];
  switch (service) {
    case 'sqs':
      authorize(account, caller, [{ action: 'sqs:SendMessage', resource: arn }]);
      region.sqs.deliver(arn, JSON.stringify(body));
      return;
    case 'sns':
      await account.endpoint.request(region.sns, 'Publish', { TopicArn: arn, Message: JSON.stringify(body) }, caller);
      return;
    case 'lambda':
      authorize(account, caller, [{ action: 'lambda:InvokeFunction', resource: arn }]);
      region.events.asynchronous.invoke(arn, body);
      return;
    default:
      throw new SimulatorError(`${service} as a destination (${arn}) is not simulated.`);
  }
}
