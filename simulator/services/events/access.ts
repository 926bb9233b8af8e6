import type { PutEventsRequestEntry, Target } from '@aws-sdk/client-cloudwatch-events';
import type { Region } from '../../places';
import type { Access } from '../../service';

/** The permissions that EventBridge checks for a request. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export function eventsAccess(region: Region, operation: string, input: Record<string, unknown>): Access[] {
  const action = `events:${operation}`;
  if (operation === 'PutEvents') return putEventsAccess(region, (input.Entries ?? []) as PutEventsRequestEntry[]);
  const bus = String(input.EventBusName ?? 'default');
  const rule = input.Rule ?? (/Rule$/.test(operation) ? input.Name : undefined);
  if (rule !== undefined) {
    const access = [{ action, resource: region.arn('events', `rule/${bus === 'default' ? '' : `${bus}/`}${rule}`) }];
    return operation === 'PutTargets' ? [...access, ...passRole((input.Targets ?? []) as Target[])] : access;
  }
  if (/EventBus$|Permission$/.test(operation))
    return [{ action, resource: busArn(region, String(input.Name ?? input.EventBusName ?? 'default')) }];
  return [{ action, resource: '*' }];
}

function putEventsAccess(region: Region, entries: PutEventsRequestEntry[]): Access[] {
  return entries.map((entry) => ({
    action: 'events:PutEvents',
    resource: busArn(region, entry.EventBusName ?? 'default'),
    context: { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' },
  }));
}

function passRole(targets: Target[]): Access[] {
  return targets.flatMap(({ RoleArn }) =>
    RoleArn
      ? [{ action: 'iam:PassRole', resource: RoleArn, context: { 'iam:PassedToService': 'events.amazonaws.com' } }]
      : [],
  );
}

function busArn(region: Region, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : region.arn('events', `event-bus/${nameOrArn}`);
}
