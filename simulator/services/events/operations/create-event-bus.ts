import type { CreateEventBusRequest, CreateEventBusResponse } from '@aws-sdk/client-cloudwatch-events';
import { AwsError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import { validation } from '../rules';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
export function CreateEventBus(this: EventsState, input: CreateEventBusRequest): CreateEventBusResponse {
  requireSupported('events:CreateEventBus', input, ['Name', 'Tags']);
  const name = input.Name ?? '';
  if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name)) throw validation(`Event bus name ${name} is not valid.`);
  if (this.buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
  const bus = this.newBus(name);
  this.buses.set(name, bus);
  return { EventBusArn: bus.arn };
}
