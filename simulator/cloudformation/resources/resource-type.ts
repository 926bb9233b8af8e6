import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import type { Random } from '../../random';
import type { Service } from '../../service';
import { physicalName, randomOf } from '../names';
import type { ResolvedResource } from '../resolve';
import type { Json, JsonObject } from '../template';

/** How one type of resource is made. Its properties arrive resolved. */
export interface ResourceType {
  /** The properties that are read, or known to change nothing here. Any other is a SimulatorError. */
  properties: readonly string[];
  create(context: ResourceContext, properties: JsonObject): Promise<ResolvedResource> | ResolvedResource;
  /** Deletes it again: after a failure of the deployment that made it, and when the stack has it no more. */
  remove(context: ResourceContext, existing: ResolvedResource & { properties: JsonObject }): Promise<unknown> | unknown;
  /** Changes the resource in place; without it, changed properties are a SimulatorError. */
  update?(
    context: ResourceContext,
    properties: JsonObject,
    existing: ResolvedResource & { properties: JsonObject },
  ): Promise<ResolvedResource> | ResolvedResource;
}

/** What a resource is made in. */
export class ResourceContext {
  constructor(
    readonly region: Region,
    readonly stackName: string,
    readonly logicalId: string,
    /** The folder of the template: relative paths in it start there. */
    readonly folder: string,
    readonly metadata: JsonObject,
    /** How often a resource of this name was made before: CloudFormation gives each one another name. */
    readonly earlier: number,
  ) {}

  /** Chance of this resource alone: a resource more in the template changes no other one's name. */
  get random(): Random {
    const { region, stackName, logicalId, earlier } = this;
    return randomOf(region.account.seed, stackName, logicalId, ...(earlier > 0 ? [String(earlier)] : []));
  }

  /** The name from the template, or one that CloudFormation would make up. */
  name(given: Json | undefined, limit: number): string {
    if (given !== undefined) return String(given);
    return physicalName(this.random, this.stackName, this.logicalId, limit);
  }

  /** Calls an operation of a service as the account's owner. What a service does not have is a SimulatorError. */
  async call<Output = unknown>(service: Service, operation: string, input: object): Promise<Output> {
    const method = (service as unknown as Record<string, unknown>)[operation];
    if (typeof method !== 'function')
      throw new SimulatorError(`${this.logicalId} needs ${service.iamPrefix}:${operation}, which is not simulated.`);
    return (await method.call(service, input, this.region.account.root)) as Output;
  }
}

/** A property as text, if it is there. */
export function text(value: Json | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** A property as a number, if it is there: parameters arrive as text. */
export function number(value: Json | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

/** Whether a property is true: parameters arrive as text. */
export function truth(value: Json | undefined): boolean {
  return String(value) === 'true';
}

/** A property that is a list of objects. */
export function objects(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : []) as JsonObject[];
}

/** A copy without the members that are undefined, for inputs of services that tell absent from undefined. */
export function compact<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}
