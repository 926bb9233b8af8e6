import { CreateEventBus } from './events/operations/create-event-bus';
import { DeleteRule } from './events/operations/delete-rule';
import { DescribeEventBus } from './events/operations/describe-event-bus';
import { DescribeRule } from './events/operations/describe-rule';
import { DisableRule } from './events/operations/disable-rule';
import { EnableRule } from './events/operations/enable-rule';
import { ListRules } from './events/operations/list-rules';
import { ListTargetsByRule } from './events/operations/list-targets-by-rule';
import { PutEvents } from './events/operations/put-events';
import { PutPermission } from './events/operations/put-permission';
import { PutRule } from './events/operations/put-rule';
import { PutTargets } from './events/operations/put-targets';
import { RemovePermission } from './events/operations/remove-permission';
import { RemoveTargets } from './events/operations/remove-targets';
import { TestEventPattern } from './events/operations/test-event-pattern';
import { EventsState } from './events/state';

declare module '../places' {
  interface Region {
    readonly events: Events;
  }
}

/** Amazon EventBridge: buses, rules and targets. What is and is not simulated: simulator/docs/events-and-deployment.md. */
export class Events extends EventsState {
  CreateEventBus = CreateEventBus;
  DeleteRule = DeleteRule;
  DescribeEventBus = DescribeEventBus;
  DescribeRule = DescribeRule;
  DisableRule = DisableRule;
  EnableRule = EnableRule;
  ListRules = ListRules;
  ListTargetsByRule = ListTargetsByRule;
  PutEvents = PutEvents;
  PutPermission = PutPermission;
  PutRule = PutRule;
  PutTargets = PutTargets;
  RemovePermission = RemovePermission;
  RemoveTargets = RemoveTargets;
  TestEventPattern = TestEventPattern;
}
