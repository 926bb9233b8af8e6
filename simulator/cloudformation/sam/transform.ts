import { SimulatorError } from '../../errors';
import { isObject, type Json, type JsonObject, type ResourceDeclaration, type Template } from '../template';
import { functionResources } from './function';
import { stateMachineResources } from './state-machine';

type Resources = Record<string, ResourceDeclaration>;

/**
 * The SAM transform: turns the serverless resources into plain CloudFormation ones, under the logical ids that SAM
 * generates. Conditions and parameters have been resolved before, references to resources have not.
 */
export function transformServerless(resources: Resources, globals: Template['Globals']): Resources {
  const sections = Object.keys(globals ?? {}).filter((section) => !['Function', 'StateMachine'].includes(section));
  if (sections.length > 0) throw new SimulatorError(`The Globals section ${sections[0]} is not simulated.`);
  const transformed: Resources = {};
  for (const [logicalId, resource] of Object.entries(resources)) {
    for (const [id, made] of Object.entries(expand(logicalId, resource, globals ?? {}))) {
      if (transformed[id]) throw new SimulatorError(`SAM would generate ${id} twice.`);
      transformed[id] = made;
    }
  }
  return transformed;
}

function expand(logicalId: string, resource: ResourceDeclaration, globals: JsonObject): Resources {
  switch (resource.Type) {
    case 'AWS::Serverless::Function':
      return functionResources(logicalId, withGlobals(resource, globals.Function));
    case 'AWS::Serverless::StateMachine':
      return stateMachineResources(logicalId, withGlobals(resource, globals.StateMachine));
    default:
      return { [logicalId]: resource };
  }
}

/** Objects are merged, lists of Globals come first, and for everything else the resource's own value holds. */
function withGlobals(resource: ResourceDeclaration, globals: Json | undefined): ResourceDeclaration {
  return { ...resource, Properties: merge(globals ?? {}, resource.Properties ?? {}) as JsonObject };
}

function merge(general: Json, own: Json): Json {
  if (Array.isArray(general) && Array.isArray(own)) return [...general, ...own];
  if (!isObject(general) || !isObject(own)) return own;
  const merged: JsonObject = { ...general };
  for (const [key, value] of Object.entries(own)) {
    const other = general[key];
    merged[key] = other === undefined ? value : merge(other, value);
  }
  return merged;
}
