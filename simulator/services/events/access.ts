import type { Region } from '../../places';
import type { Access } from '../../service';

/** The members of the inputs that say which rule or bus a request is about. */
interface Named {
  Name?: string;
  Rule?: string;
  EventBusName?: string;
}

/** An operation on a rule, or on a bus. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export function ruleOrBusAccess(region: Region, operation: string, input: object): Access[] {
  const action = `events:${operation}`;
  const { Name, Rule, EventBusName: bus = 'default' }: Named = input;
  const rule = Rule ?? (/Rule$/.test(operation) ? Name : undefined);
  if (rule !== undefined)
    return [{ action, resource: region.arn('events', `rule/${bus === 'default' ? '' : `${bus}/`}${rule}`) }];
  if (/EventBus$|Permission$/.test(operation)) return [{ action, resource: busArn(region, Name ?? bus) }];
  return [{ action, resource: '*' }];
}

export function busArn(region: Region, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : region.arn('events', `event-bus/${nameOrArn}`);
}
