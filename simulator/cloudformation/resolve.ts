import { SimulatorError } from '../errors';
import { validationError } from './parameters';
import { intrinsicOf, isObject, type Json, type Template } from './template';

/** A resource that exists: what `Ref` and `Fn::GetAtt` answer. */
export interface ResolvedResource {
  physicalId: string;
  attributes: Record<string, string>;
}

/** What values are resolved against. */
export interface Scope {
  /** Parameters and pseudo parameters. */
  parameters: Record<string, Json>;
  conditions: Record<string, boolean>;
  mappings: NonNullable<Template['Mappings']>;
  /** Without it, references to resources are left as they are: the first of two passes. */
  resource?: (logicalId: string) => ResolvedResource;
  /** List elements without a value stay as `Ref: AWS::NoValue`: SAM, which comes before CloudFormation, counts them. */
  keepsPlaces?: true;
}

/** The value of `Ref: AWS::NoValue`: the property or list element that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

/** Resolves the intrinsic functions in a value. Throws what CloudFormation would refuse; unknown functions are a SimulatorError. */
export function resolve(value: Json, scope: Scope): Json {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? null : resolved;
}

/** Evaluates the Conditions section, in any order of its entries. */
export function resolveConditions(template: Template, parameters: Record<string, Json>): Record<string, boolean> {
  const declared = template.Conditions ?? {};
  const conditions: Record<string, boolean> = {};
  const evaluate = (name: string): boolean => {
    const known = conditions[name];
    if (known !== undefined) return known;
    const expression = declared[name];
    if (expression === undefined) throw validationError(`Unresolved condition dependency ${name}`);
    const inner = new Proxy(conditions, { get: (_target, key) => evaluate(String(key)), has: () => true });
    const result = resolve(expression, { parameters, conditions: inner, mappings: template.Mappings ?? {} });
    conditions[name] = result === true;
    return conditions[name];
  };
  for (const name of Object.keys(declared)) evaluate(name);
  return conditions;
}

/** The logical ids of the resources that a value refers to. */
export function referencesIn(value: Json): string[] {
  const intrinsic = intrinsicOf(value);
  if (intrinsic) {
    const { name, argument } = intrinsic;
    if (name === 'Ref') return [String(argument)];
    if (name === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : argument).split('.')[0] ?? ''];
    if (name === 'Fn::Sub') {
      const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
      const names = [...String(text).matchAll(PLACEHOLDER)].map(([, inside = '']) => inside.split('.')[0] ?? '');
      const locals = isObject(own) ? own : {};
      return [...names.filter((local) => !(local in locals)), ...referencesIn(locals)];
    }
    return referencesIn(argument);
  }
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

/** `${Name}` or `${Name.Attribute}` in Fn::Sub; `${!Literal}` is not one. */
const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function resolveAny(value: Json, scope: Scope): Resolved {
  if (Array.isArray(value)) return resolveList(value, scope);
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return resolveIntrinsic(intrinsic.name, intrinsic.argument, scope);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, resolveAny(entry, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== NO_VALUE));
}

function resolveList(list: Json[], scope: Scope): Json[] {
  const entries = list.map((entry) => resolveAny(entry, scope));
  if (scope.keepsPlaces) return entries.map((entry) => (entry === NO_VALUE ? { Ref: 'AWS::NoValue' } : entry));
  return entries.filter((entry) => entry !== NO_VALUE);
}

function resolveIntrinsic(name: string, argument: Json, scope: Scope): Resolved {
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt':
      return attribute(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Condition':
      return condition(String(argument), scope);
    case 'Fn::If': {
      const [test, yes, no] = listArgument(name, argument, 3);
      return resolveAny((condition(String(test), scope) ? yes : no) as Json, scope);
    }
  }
  const args = resolve(argument, scope);
  // Whatever refers to a resource waits for the second pass.
  if (!scope.resource && referencesIn(args).length > 0) return { [name]: args };
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = listArgument(name, args, 2);
      return JSON.stringify(asText(left)) === JSON.stringify(asText(right));
    }
    case 'Fn::Not':
      return listArgument(name, args, 1)[0] !== true;
    case 'Fn::And':
      return listArgument(name, args).every((entry) => entry === true);
    case 'Fn::Or':
      return listArgument(name, args).some((entry) => entry === true);
    case 'Fn::Join': {
      const [separator, parts] = listArgument(name, args, 2);
      return listArgument(name, parts as Json)
        .map(String)
        .join(String(separator));
    }
    case 'Fn::Split': {
      const [separator, text] = listArgument(name, args, 2);
      return String(text).split(String(separator));
    }
    case 'Fn::Select': {
      const [index, list] = listArgument(name, args, 2);
      const entry = listArgument(name, list as Json)[Number(index)];
      if (entry === undefined)
        throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
      return entry;
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = listArgument(name, args, 3).map(String) as [string, string, string];
      const entry = scope.mappings[map]?.[first]?.[second];
      if (entry === undefined)
        throw validationError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
      return entry;
    }
    case 'Fn::Base64':
      return Buffer.from(String(args)).toString('base64');
    default:
      throw new SimulatorError(`The intrinsic function ${name} is not simulated.`);
  }
}

function reference(name: string, scope: Scope): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  const parameter = scope.parameters[name];
  if (parameter !== undefined) return parameter;
  if (name.startsWith('AWS::')) throw new SimulatorError(`The pseudo parameter ${name} is not simulated.`);
  return scope.resource ? scope.resource(name).physicalId : { Ref: name };
}

function attribute(argument: Json, scope: Scope): Json {
  const text = Array.isArray(argument) ? argument.map(String).join('.') : String(argument);
  const [logicalId = '', ...rest] = text.split('.');
  const name = rest.join('.');
  if (!scope.resource) return { 'Fn::GetAtt': [logicalId, name] };
  const value = scope.resource(logicalId).attributes[name];
  if (value === undefined)
    throw validationError(
      `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`,
    );
  return value;
}

function substitute(argument: Json, scope: Scope): Json {
  const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
  const locals = resolve(own ?? {}, scope) as Record<string, Json>;
  let waits = false;
  const text = String(template).replace(PLACEHOLDER, (all, inside: string) => {
    const value = inside in locals ? (locals[inside] as Json) : lookUp(inside, scope);
    if (referencesIn(value).length === 0) return String(value);
    waits = true;
    return all;
  });
  if (!waits) return text.replaceAll('${!', '${');
  return { 'Fn::Sub': [text, locals] };
}

function lookUp(inside: string, scope: Scope): Json {
  if (inside.includes('.')) return attribute(inside, scope);
  const value = reference(inside, scope);
  return value === NO_VALUE ? '' : value;
}

function condition(name: string, scope: Scope): boolean {
  const value = scope.conditions[name];
  if (value === undefined) throw validationError(`Unresolved condition dependency ${name}`);
  return value;
}

function listArgument(name: string, argument: Json, length?: number): Json[] {
  if (!Array.isArray(argument) || (length !== undefined && argument.length !== length))
    throw validationError(`Template error: ${name} needs a list${length === undefined ? '' : ` of ${length}`}`);
  return argument;
}

/** CloudFormation compares and joins text: the number 1 equals the text "1". */
function asText(value: Json | undefined): Json {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value ?? null);
}
