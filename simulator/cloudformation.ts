import { dirname, resolve as resolvePath } from 'node:path';
import { loadTemplate } from './cloudformation/load-template';
import { randomOf } from './cloudformation/names';
import { parameterValues, validationError } from './cloudformation/parameters';
import { type ResolvedResource, referencesIn, resolve, resolveConditions, type Scope } from './cloudformation/resolve';
import { autoScalingTypes } from './cloudformation/resources/auto-scaling';
import { backupTypes } from './cloudformation/resources/backup';
import { documentAndBucketTypes } from './cloudformation/resources/documents-and-buckets';
import { dynamodbTypes } from './cloudformation/resources/dynamodb';
import { efsTypes } from './cloudformation/resources/efs';
import { eventsTypes } from './cloudformation/resources/events';
import { iamTypes } from './cloudformation/resources/iam';
import { lambdaTypes } from './cloudformation/resources/lambda';
import { messagingTypes } from './cloudformation/resources/messaging';
import { networkTypes } from './cloudformation/resources/network';
import { recordedTypes } from './cloudformation/resources/recorded';
import { ResourceContext, type ResourceType } from './cloudformation/resources/resource-type';
import { statesTypes } from './cloudformation/resources/states';
import { checkRules } from './cloudformation/rules';
import { transformServerless } from './cloudformation/sam/transform';
import type { Json, JsonObject, ResourceDeclaration, Template } from './cloudformation/template';
import { SimulatorError } from './errors';
import type { Region } from './region';

const RESOURCE_TYPES: Record<string, ResourceType> = {
  ...autoScalingTypes,
  ...backupTypes,
  ...documentAndBucketTypes,
  ...dynamodbTypes,
  ...efsTypes,
  ...eventsTypes,
  ...iamTypes,
  ...lambdaTypes,
  ...messagingTypes,
  ...networkTypes,
  ...recordedTypes,
  ...statesTypes,
};

export interface DeployOptions {
  templatePath: string;
  stackName: string;
  parameters?: Record<string, string>;
}

interface StackResource extends ResolvedResource {
  type: string;
  /** Where its template is: the same properties in another folder mean other code and definitions. */
  folder: string;
  properties: JsonObject;
}

/** A deployed stack. */
export class Stack {
  readonly resources = new Map<string, StackResource>();
  outputs: Record<string, string> = {};
  parameters: Record<string, Json> = {};

  constructor(
    readonly id: string,
    readonly name: string,
    readonly createdAt: Date,
  ) {}

  /** A resource by its id in the template, or by the id that SAM generates; an error when there is none. */
  resource(logicalId: string): StackResource {
    const found = this.resources.get(logicalId);
    if (!found) throw new SimulatorError(`The stack ${this.name} has no resource ${logicalId}.`);
    return found;
  }
}

/** A template with its parameters applied: what is left are references between its resources. */
export interface PreparedTemplate {
  parameters: Record<string, Json>;
  conditions: Record<string, boolean>;
  resources: Record<string, ResourceDeclaration>;
  scope: Scope;
}

/**
 * Deploys a SAM template, or updates the stack of that name with other parameters. Takes no virtual time: when it is
 * done, every resource is ready.
 */
export async function deployTemplate(region: Region, options: DeployOptions): Promise<Stack> {
  const template = loadTemplate(options.templatePath);
  const pseudo = pseudoParameters(region.account.id, region.name, options.stackName, region.account.seed);
  const prepared = prepareTemplate(template, options.parameters ?? {}, pseudo);
  const { stacks } = region.cloudFormation;
  const stack =
    stacks.get(options.stackName) ??
    new Stack(String(pseudo['AWS::StackId']), options.stackName, region.account.clock.date);
  stacks.set(stack.name, stack);
  const removed = [...stack.resources].filter(([logicalId]) => !prepared.resources[logicalId]);
  const kept = removed.filter(([, { type }]) => !RESOURCE_TYPES[type]?.isRemovable).map(([logicalId]) => logicalId);
  if (kept.length > 0)
    throw new SimulatorError(`An update that removes resources is not simulated: ${kept.join(', ')}.`);
  for (const [logicalId] of removed) stack.resources.delete(logicalId);
  const scope: Scope = { ...prepared.scope, resource: (logicalId) => existing(stack, logicalId) };
  for (const logicalId of creationOrder(prepared.resources)) {
    const declaration = prepared.resources[logicalId] as ResourceDeclaration;
    const properties = resolve(declaration.Properties ?? {}, scope) as JsonObject;
    const folder = dirname(resolvePath(options.templatePath));
    const metadata = (declaration.Metadata ?? {}) as JsonObject;
    const context = new ResourceContext(region, stack.name, logicalId, folder, metadata);
    stack.resources.set(logicalId, await put(stack, context, declaration.Type, properties));
  }
  stack.parameters = prepared.parameters;
  stack.outputs = outputsOf(template, prepared, scope);
  return stack;
}

/** Applies parameters, conditions and the SAM transform, without creating anything: for deployments and for checks. */
export function prepareTemplate(
  template: Template,
  parameters: Record<string, string>,
  pseudo: Record<string, Json> = pseudoParameters('111122223333', 'eu-west-1', 'stack', 1),
): PreparedTemplate {
  const values = parameterValues(template, parameters);
  const all = { ...values, ...pseudo };
  checkRules(template, all);
  const conditions = resolveConditions(template, all);
  const scope: Scope = { parameters: all, conditions, mappings: template.Mappings ?? {} };
  const wanted = Object.entries(template.Resources).filter(([logicalId, { Condition }]) => {
    if (Condition !== undefined && conditions[Condition] === undefined)
      throw validationError(`Unresolved condition dependency ${Condition} of ${logicalId}`);
    return Condition === undefined || conditions[Condition];
  });
  const resolved = wanted.map(([logicalId, { Condition: _, ...declaration }]) => {
    const Properties = resolve(declaration.Properties ?? {}, scope) as JsonObject;
    return [logicalId, { ...declaration, Properties }] as const;
  });
  const globals = resolve(template.Globals ?? {}, scope) as JsonObject;
  const resources = transformServerless(Object.fromEntries(resolved), globals);
  // What SAM generates may refer to pseudo parameters again.
  for (const declaration of Object.values(resources))
    declaration.Properties = resolve(declaration.Properties ?? {}, scope) as JsonObject;
  return { parameters: values, conditions, resources, scope };
}

async function put(
  stack: Stack,
  context: ResourceContext,
  type: string,
  properties: JsonObject,
): Promise<StackResource> {
  const resourceType = RESOURCE_TYPES[type];
  if (!resourceType) throw new SimulatorError(`The resource type ${type} of ${context.logicalId} is not simulated.`);
  const unknown = Object.keys(properties).find((name) => !resourceType.properties.includes(name));
  if (unknown) throw new SimulatorError(`The property ${unknown} of ${type} (${context.logicalId}) is not simulated.`);
  const before = stack.resources.get(context.logicalId);
  const { folder } = context;
  if (!before) return { type, folder, properties, ...(await resourceType.create(context, properties)) };
  const hasFiles = properties.CodeUri !== undefined || properties.DefinitionUri !== undefined;
  const isSame = JSON.stringify(before.properties) === JSON.stringify(properties);
  if (before.type === type && isSame && (before.folder === folder || !hasFiles)) return before;
  if (before.type !== type || !resourceType.update)
    throw new SimulatorError(`An update of ${context.logicalId} (${type}) is not simulated.`);
  const { physicalId, attributes } = await resourceType.update(context, properties, before);
  return { type, folder, properties, physicalId, attributes };
}

/** The order in which resources can be created: what is referred to first, otherwise as they are written. */
function creationOrder(resources: Record<string, ResourceDeclaration>): string[] {
  const order: string[] = [];
  const visit = (logicalId: string, path: string[]) => {
    if (order.includes(logicalId)) return;
    if (path.includes(logicalId)) throw validationError(`Circular dependency between resources: [${path.join(', ')}]`);
    const declaration = resources[logicalId];
    if (!declaration) return;
    const { Properties = {}, DependsOn = [] } = declaration;
    for (const id of [...[DependsOn].flat(), ...referencesIn(Properties)]) {
      if (!resources[id])
        throw validationError(`Template format error: Unresolved resource dependencies [${id}] in ${logicalId}`);
      visit(id, [...path, logicalId]);
    }
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
}

function outputsOf(template: Template, { conditions }: PreparedTemplate, scope: Scope): Record<string, string> {
  const wanted = Object.entries(template.Outputs ?? {}).filter(
    ([, { Condition }]) => Condition === undefined || conditions[Condition],
  );
  return Object.fromEntries(wanted.map(([name, { Value }]) => [name, String(resolve(Value, scope))]));
}

function existing(stack: Stack, logicalId: string): ResolvedResource {
  const resource = stack.resources.get(logicalId);
  if (!resource) throw validationError(`Template format error: Unresolved resource dependencies [${logicalId}]`);
  return resource;
}

function pseudoParameters(accountId: string, region: string, stackName: string, seed: number): Record<string, Json> {
  const stackUuid = randomOf(seed, stackName, 'stack').uuid();
  return {
    'AWS::AccountId': accountId,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${stackUuid}`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
