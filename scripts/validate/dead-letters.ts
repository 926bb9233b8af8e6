import { isObject, type Json, type JsonObject } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

/**
 * What an event or a schedule starts has no caller that sees an error, so it leaves a failed event in a queue: functions that SAM
 * events invoke, and the targets of rules and schedules (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html).
 */
export const deadLetters: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Properties = {} }]) => {
    const report = (what: string) =>
      project.finding(TEMPLATE, ['Resources', logicalId], 'dead-letters', `${logicalId}: ${what}`);
    const events = Object.entries(isObject(Properties.Events) ? Properties.Events : {});
    const targets = [Properties.Targets ?? [], Properties.Target ?? []].flat().filter(isTarget);
    return [
      ...(events.length > 0 && !hasQueue(Properties) ? [report('events start it, and it has no DeadLetterQueue')] : []),
      ...events
        .filter(([, event]) => isObject(event) && event.Type === 'EventBridgeRule' && !hasQueue(event.Properties))
        .map(([name]) => report(`the event ${name} has no DeadLetterConfig`)),
      ...targets
        .filter((target) => !hasQueue(target))
        .map(({ Id = 'its target' }) => report(`${Id} has no DeadLetterConfig`)),
    ];
  });

function isTarget(value: Json): value is JsonObject {
  return isObject(value) && value.Arn !== undefined;
}

function hasQueue(properties: Json | undefined): boolean {
  return isObject(properties) && (isObject(properties.DeadLetterConfig) || isObject(properties.DeadLetterQueue));
}
