import { isObject, type Json, type JsonObject } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

/** What makes a resource seen, by its type. */
const NEEDED: Readonly<Record<string, string[]>> = {
  'AWS::Serverless::Function': ['Tags', 'Tracing'],
  'AWS::StepFunctions::StateMachine': ['Tags', 'TracingConfiguration', 'LoggingConfiguration'],
};

/** Functions and state machines have tags and are traced, and state machines have logs. */
export const observability: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const globals = Type === 'AWS::Serverless::Function' ? objectOf(project.template.Globals?.Function) : {};
    const properties: JsonObject = { ...globals, ...Properties };
    return (NEEDED[Type] ?? [])
      .filter((field) => properties[field] === undefined)
      .map((field) =>
        project.finding(TEMPLATE, ['Resources', logicalId], 'observability', `${logicalId} has no ${field}`),
      );
  });

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
