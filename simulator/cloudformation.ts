import { dirname, resolve as resolvePath } from 'node:path';
import { partitionOf } from './aws-regions';
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
import { monitoringTypes } from './cloudformation/resources/monitoring';
import { networkTypes } from './cloudformation/resources/network';
import { recordedTypes } from './cloudformation/resources/recorded';
import { ResourceContext, type ResourceType } from './cloudformation/resources/resource-type';
import { statesTypes } from './cloudformation/resources/states';
import { checkRules } from './cloudformation/rules';
import { transformServerless } from './cloudformation/sam/transform';
import type { Json, JsonObject, ResourceDeclaration, Template } from './cloudformation/template';
import { AwsError, SimulatorError } from './errors';
import type { Region } from './places';

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
  ...monitoringTypes,
  ...recordedTypes,
  ...statesTypes,
};

interface DeployOptions {
  templatePath: string;
  stackName: string;
  parameters?: Record<string, string>;
  /** The logical id of a resource that the deployment cannot create, for whatever reason of AWS's. */
  failsAt?: string;
}

interface StackResource extends ResolvedResource {
  type: string;
  /** Where its template is: the same properties in another folder mean other code and definitions. */
  folder: string;
  properties: JsonObject;
  metadata: JsonObject;
  deletionPolicy: string;
}

/** The states between two operations (API_Stack, StackStatus). */
type StackStatus =
  | 'CREATE_COMPLETE'
  | 'DELETE_FAILED'
  | 'UPDATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED';

/** What happened to a resource of a stack, or to the stack itself. */
interface StackEvent {
  /** Milliseconds since 1970. */
  at: number;
  logicalId: string;
  type: string;
  physicalId: string;
  status: string;
  reason?: string;
}

/** A deployed stack. */
export class Stack {
  /** The oldest first. */
  readonly events: StackEvent[] = [];
  readonly resources = new Map<string, StackResource>();
  outputs: Record<string, string> = {};
  parameters: Record<string, Json> = {};
  status: StackStatus = 'CREATE_COMPLETE';
  /** Why the last operation failed. */
  statusReason?: string;

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
interface PreparedTemplate {
  parameters: Record<string, Json>;
  conditions: Record<string, boolean>;
  resources: Record<string, ResourceDeclaration>;
  scope: Scope;
}

/**
 * Deploys a SAM template, or updates the stack of that name. Takes no virtual time: when it is done, every resource is
 * ready. When AWS refuses a resource, the operation is rolled back and its error thrown; what that leaves behind says
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html: what this
 * operation created is deleted, but for resources with `Retain`, which `RetainExceptOnCreate` deletes as well.
 */
export async function deployTemplate(region: Region, options: DeployOptions): Promise<Stack> {
  const { templatePath, stackName, failsAt } = options;
  const template = loadTemplate(templatePath);
  const pseudo = pseudoParameters(region.account.id, region.name, stackName, region.account.seed);
  const ready = preparedOnce(template, options.parameters ?? {}, pseudo);
  const { prepared, order } = ready;
  const { stacks } = region.cloudFormation;
  const known = stacks.get(stackName);
  if (known && /^ROLLBACK|_FAILED$/.test(known.status))
    throw validationError(`Stack:${known.id} is in ${known.status} state and can not be updated.`);
  const stack = known ?? new Stack(String(pseudo['AWS::StackId']), stackName, region.account.clock.date);
  stacks.set(stack.name, stack);
  const before = new Map(stack.resources);
  const operation = known ? 'UPDATE' : 'CREATE';
  noteStack(region, stack, `${operation}_IN_PROGRESS`, 'User Initiated');
  let current = '';
  const scope: Scope = { ...prepared.scope, resource: (logicalId) => existing(stack, logicalId) };
  try {
    for (const logicalId of order) {
      current = logicalId;
      const declaration = prepared.resources[logicalId] as ResourceDeclaration;
      const properties = resolvedOnce(ready, logicalId, stack, scope);
      const wanted = {
        type: declaration.Type,
        folder: dirname(resolvePath(templatePath)),
        properties,
        metadata: (declaration.Metadata ?? {}) as JsonObject,
        deletionPolicy: declaration.DeletionPolicy ?? 'Delete',
      };
      if (logicalId === failsAt) throw new AwsError('InternalFailure', `${logicalId} could not be created.`, 500);
      const made = await put(region, stack, logicalId, wanted);
      stack.resources.set(logicalId, made);
      const earlier = before.get(logicalId);
      if (made !== earlier) noteResource(region, stack, logicalId, made, `${earlier ? 'UPDATE' : 'CREATE'}_COMPLETE`);
    }
    current = '';
    const outputs = outputsOf(template, prepared, scope);
    const removed = [...stack.resources].filter(([logicalId]) => !prepared.resources[logicalId]);
    await removeAll(region, stack, removed, /^Retain/);
    Object.assign(stack, {
      parameters: prepared.parameters,
      outputs,
      status: known ? 'UPDATE_COMPLETE' : stack.status,
    });
    noteStack(region, stack, stack.status);
    return stack;
  } catch (error) {
    // A gap of the simulation is no answer of AWS: nothing is rolled back.
    if (error instanceof SimulatorError) throw error;
    const refused = { type: prepared.resources[current]?.Type ?? '', physicalId: '' };
    if (current)
      noteResource(
        region,
        stack,
        current,
        refused,
        `${before.has(current) ? 'UPDATE' : 'CREATE'}_FAILED`,
        (error as Error).message,
      );
    await rollBack(region, stack, before, error as Error);
    noteStack(region, stack, stack.status, stack.statusReason);
    throw error;
  }
}

interface Prepared {
  prepared: PreparedTemplate;
  /** In which order the resources can be created. */
  order: string[];
  /** The properties of each resource as they were resolved last, and what its references then stood for. */
  resolved: Map<string, { properties: JsonObject; references: string[]; stoodFor: string }>;
}

/** So many are kept: every seed has its own, since ids follow from it. */
const KEPT_TEMPLATES = 8;
const preparedTemplates = new WeakMap<Template, Map<string, Prepared>>();
const texts = new WeakMap<ResolvedResource, string>();

/** A template that was loaded once is prepared once for the same parameters: tests deploy it hundreds of times. */
function preparedOnce(template: Template, parameters: Record<string, string>, pseudo: Record<string, Json>): Prepared {
  const ofTemplate = preparedTemplates.get(template) ?? new Map<string, Prepared>();
  preparedTemplates.set(template, ofTemplate);
  const key = JSON.stringify([parameters, pseudo]);
  const known = ofTemplate.get(key);
  if (known) return known;
  const prepared = prepareTemplate(template, parameters, pseudo);
  const made = { prepared, order: creationOrder(prepared.resources), resolved: new Map() };
  const [oldest] = ofTemplate.keys();
  if (oldest !== undefined && ofTemplate.size === KEPT_TEMPLATES) ofTemplate.delete(oldest);
  ofTemplate.set(key, made);
  return made;
}

/** What a resource's properties are where those that it refers to exist; the same object while these are the same. */
function resolvedOnce({ prepared, resolved }: Prepared, logicalId: string, stack: Stack, scope: Scope): JsonObject {
  const declared = prepared.resources[logicalId]?.Properties ?? {};
  const known = resolved.get(logicalId);
  const references = known?.references ?? [...new Set(referencesIn(declared))];
  const stoodFor = references.map((id) => textOf(existing(stack, id))).join();
  if (known?.stoodFor === stoodFor) return known.properties;
  const properties = frozen(resolve(declared, scope)) as JsonObject;
  resolved.set(logicalId, { properties, references, stoodFor });
  return properties;
}

function textOf(resource: ResolvedResource): string {
  const known = texts.get(resource);
  if (known !== undefined) return known;
  const text = JSON.stringify([resource.physicalId, resource.attributes]);
  texts.set(resource, text);
  return text;
}

/** Several accounts have the same object: none may change it. */
function frozen(value: Json): Json {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(Object.freeze(value))) frozen(inner);
  return value;
}

function noteStack(region: Region, stack: Stack, status: string, reason?: string): void {
  const itself = { type: 'AWS::CloudFormation::Stack', physicalId: stack.id };
  noteResource(region, stack, stack.name, itself, status, reason);
}

function noteResource(
  region: Region,
  { events }: Stack,
  logicalId: string,
  { type, physicalId }: Pick<StackResource, 'type' | 'physicalId'>,
  status: string,
  reason?: string,
): void {
  const at = region.account.clock.now;
  events.push({ at, logicalId, type, physicalId, status, ...(reason !== undefined && { reason }) });
}

/**
 * Deletes a stack, whatever its state, and what it does not retain. A resource that cannot be deleted leaves the stack
 * with those that are left, as DELETE_FAILED; AWS may have deleted some of these.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export async function deleteStack(region: Region, stackName: string): Promise<void> {
  const stack = region.cloudFormation.stacks.get(stackName);
  if (!stack) return;
  try {
    await removeAll(region, stack, [...stack.resources], /^Retain/);
  } catch (error) {
    if (error instanceof AwsError) Object.assign(stack, { status: 'DELETE_FAILED', statusReason: error.message });
    throw error;
  }
  region.cloudFormation.stacks.delete(stackName);
}

/** Brings a stack back to its resources as they were; a stack that was new is left without any, and to be deleted. */
async function rollBack(
  region: Region,
  stack: Stack,
  before: ReadonlyMap<string, StackResource>,
  reason: Error,
): Promise<void> {
  const isNew = before.size === 0;
  stack.statusReason = reason.message;
  try {
    for (const [logicalId, resource] of before)
      stack.resources.set(logicalId, await put(region, stack, logicalId, resource));
    const created = [...stack.resources].filter(([logicalId]) => !before.has(logicalId));
    await removeAll(region, stack, created, /^Retain$/);
    stack.status = isNew ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
  } catch (error) {
    if (error instanceof SimulatorError) throw error;
    stack.status = isNew ? 'ROLLBACK_FAILED' : 'UPDATE_ROLLBACK_FAILED';
    stack.statusReason = (error as Error).message;
  }
}

/** Takes resources out of a stack, the newest first; those whose deletion policy matches stay in the account. */
async function removeAll(
  region: Region,
  stack: Stack,
  resources: [string, StackResource][],
  kept: RegExp,
): Promise<void> {
  for (const [logicalId, resource] of resources.toReversed()) {
    const isKept = kept.test(resource.deletionPolicy);
    if (!isKept) await typeOf(resource, logicalId).remove(contextOf(region, stack, logicalId, resource), resource);
    stack.resources.delete(logicalId);
    noteResource(region, stack, logicalId, resource, isKept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
  }
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
  for (const [logicalId, declaration] of wanted) checkAttributes(logicalId, declaration);
  const beforeSam: Scope = { ...scope, keepsPlaces: true };
  const resolved = wanted.map(([logicalId, { Condition: _, ...declaration }]) => {
    const Properties = resolve(declaration.Properties ?? {}, beforeSam) as JsonObject;
    return [logicalId, { ...declaration, Properties }] as const;
  });
  const globals = resolve(template.Globals ?? {}, beforeSam) as JsonObject;
  const resources = transformServerless(Object.fromEntries(resolved), globals);
  // What SAM generates may refer to pseudo parameters again, and lists have elements without a value.
  for (const declaration of Object.values(resources))
    declaration.Properties = resolve(declaration.Properties ?? {}, scope) as JsonObject;
  return { parameters: values, conditions, resources, scope };
}

const ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];
const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'];

/** Nothing is ever replaced here, so that every `UpdateReplacePolicy` has its effect. */
function checkAttributes(logicalId: string, declaration: ResourceDeclaration): void {
  const unknown = Object.keys(declaration).find((name) => !ATTRIBUTES.includes(name));
  if (unknown) throw new SimulatorError(`The attribute ${unknown} of ${logicalId} is not simulated.`);
  const { DeletionPolicy = 'Delete' } = declaration;
  if (!DELETION_POLICIES.includes(DeletionPolicy))
    throw new SimulatorError(`The DeletionPolicy ${JSON.stringify(DeletionPolicy)} of ${logicalId} is not simulated.`);
}

type WantedResource = Pick<StackResource, 'type' | 'folder' | 'properties' | 'metadata' | 'deletionPolicy'>;

async function put(region: Region, stack: Stack, logicalId: string, wanted: WantedResource): Promise<StackResource> {
  const { type, folder, properties, metadata, deletionPolicy } = wanted;
  const resourceType = typeOf(wanted, logicalId);
  const unknown = Object.keys(properties).find((name) => !resourceType.properties.includes(name));
  if (unknown) throw new SimulatorError(`The property ${unknown} of ${type} (${logicalId}) is not simulated.`);
  const before = stack.resources.get(logicalId);
  const context = contextOf(region, stack, logicalId, wanted);
  if (!before) {
    const created = await resourceType.create(context, properties);
    region.cloudFormation.countCreation(stack.name, logicalId);
    return { type, folder, properties, metadata, deletionPolicy, ...created };
  }
  const hasFiles = properties.CodeUri !== undefined || properties.DefinitionUri !== undefined;
  const isSame = JSON.stringify(before.properties) === JSON.stringify(properties);
  if (before.type === type && isSame && (before.folder === folder || !hasFiles))
    return before.deletionPolicy === deletionPolicy ? before : { ...before, deletionPolicy };
  if (before.type !== type || !resourceType.update)
    throw new SimulatorError(`An update of ${logicalId} (${type}) is not simulated.`);
  const { physicalId, attributes } = await resourceType.update(context, properties, before);
  return { type, folder, properties, metadata, deletionPolicy, physicalId, attributes };
}

function typeOf({ type }: Pick<StackResource, 'type'>, logicalId: string): ResourceType {
  const found = RESOURCE_TYPES[type];
  if (!found) throw new SimulatorError(`The resource type ${type} of ${logicalId} is not simulated.`);
  return found;
}

function contextOf(region: Region, stack: Stack, logicalId: string, resource: WantedResource): ResourceContext {
  const { name } = stack;
  const made = region.cloudFormation.creationsOf(name, logicalId);
  // What exists keeps the name that it was given; only the next one gets another.
  const earlier = stack.resources.has(logicalId) ? made - 1 : made;
  return new ResourceContext(region, name, logicalId, resource.folder, resource.metadata, earlier);
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
  const { id: partition, urlSuffix } = partitionOf(region);
  return {
    'AWS::AccountId': accountId,
    'AWS::NotificationARNs': [],
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${stackUuid}`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  };
}
