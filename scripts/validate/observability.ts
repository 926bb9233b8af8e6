import { isObject, type Json, type JsonObject } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

/** Functions and state machines have tags and are traced, and state machines have logs. */
export const observability: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const kind = /^AWS::Serverless::(Function|StateMachine)$/.exec(Type)?.[1];
    if (!kind) return [];
    const properties: JsonObject = { ...objectOf(project.template.Globals?.[kind]), ...Properties };
    const needed = kind === 'Function' ? ['Tags', 'Tracing'] : ['Tags', 'Tracing', 'Logging'];
    return needed
      .filter((field) => properties[field] === undefined)
      .map((field) =>
        project.finding(TEMPLATE, ['Resources', logicalId], 'observability', `${logicalId} has no ${field}`),
      );
  });

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
