/** A value in a template: plain, or an intrinsic function in its long form (`{ Ref: … }`, `{ 'Fn::Sub': … }`). */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A parameter's declaration. */
export interface ParameterDeclaration {
  Type: string;
  Default?: string | number | boolean | null;
  Description?: string;
  AllowedValues?: (string | number | boolean)[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinLength?: number;
  MaxLength?: number;
  MinValue?: number;
  MaxValue?: number;
  NoEcho?: boolean;
}

/** A resource's declaration. */
export interface ResourceDeclaration {
  Type: string;
  Properties?: JsonObject;
  DependsOn?: string | string[];
  Condition?: string;
  Metadata?: JsonObject;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** A template as it was read, before anything is resolved. */
export interface Template {
  AWSTemplateFormatVersion?: string;
  Transform?: Json;
  Description?: string;
  Metadata?: JsonObject;
  Globals?: JsonObject;
  Parameters?: Record<string, ParameterDeclaration>;
  Mappings?: Record<string, Record<string, Record<string, Json>>>;
  Rules?: Record<string, { RuleCondition?: Json; Assertions: { Assert: Json; AssertDescription?: string }[] }>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, ResourceDeclaration>;
  Outputs?: Record<string, { Value: Json; Description?: string; Condition?: string; Export?: Json }>;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The function's name and argument when a value is an intrinsic function. */
export function intrinsicOf(value: Json): { name: string; argument: Json } | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined) return undefined;
  if (name !== 'Ref' && name !== 'Condition' && !name.startsWith('Fn::')) return undefined;
  // `Condition` is an intrinsic with a name, and an ordinary key of a policy statement with an object.
  if (name === 'Condition' && typeof value[name] !== 'string') return undefined;
  return { name, argument: value[name] ?? null };
}
