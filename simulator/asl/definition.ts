import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { digest, fileDigest, keep, kept } from '../content-cache';
import { AwsError, SimulatorError } from '../errors';
import { compile, isExpression } from './expressions';
import { integrationFor } from './integrations/resource';
import type { Json } from './payload';

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Map' | 'Parallel';

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Output?: Json;
  Assign?: { [name: string]: Json };
}

interface ChoiceRule {
  Condition: Json;
  Next: string;
  Output?: Json;
  Assign?: { [name: string]: Json };
}

/** A state with the fields of all types; which ones it may have is checked when the state machine is created. */
export interface State {
  Type: StateType;
  QueryLanguage?: string;
  Next?: string;
  End?: boolean;
  Arguments?: Json;
  Output?: Json;
  Assign?: { [name: string]: Json };
  Retry?: Retrier[];
  Catch?: Catcher[];
  Resource?: string;
  TimeoutSeconds?: Json;
  HeartbeatSeconds?: Json;
  Choices?: ChoiceRule[];
  Default?: string;
  Seconds?: Json;
  Timestamp?: Json;
  Error?: Json;
  Cause?: Json;
  Branches?: StateGraph[];
  Items?: Json;
  ItemSelector?: Json;
  ItemProcessor?: StateGraph & { ProcessorConfig?: { Mode: string; ExecutionType?: string } };
  ItemBatcher?: { MaxItemsPerBatch?: Json; MaxInputBytesPerBatch?: Json; BatchInput?: Json };
  MaxConcurrency?: Json;
  ToleratedFailureCount?: Json;
  ToleratedFailurePercentage?: Json;
  Label?: string;
  ItemReader?: Json;
  ResultWriter?: Json;
  Credentials?: Json;
}

/** States and where to start: a state machine, a branch of a Parallel state, or the processor of a Map state. */
export interface StateGraph {
  StartAt: string;
  States: { [name: string]: State };
}

export interface Definition extends StateGraph {
  QueryLanguage?: string;
  TimeoutSeconds?: number;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const DEFINITION_LIMIT_BYTES = 1024 * 1024;
const NAME_LIMIT = 80;

/**
 * Reads a definition and checks it as CreateStateMachine does.
 * Throws `InvalidDefinition`, or a SimulatorError for what the simulator leaves out of the language.
 */
export function parseDefinition(text: string): Definition {
  if (Buffer.byteLength(text) > DEFINITION_LIMIT_BYTES) throw invalid('DEFINITION_TOO_LARGE: above 1 MB');
  let definition: Definition;
  try {
    definition = JSON.parse(text);
  } catch {
    throw invalid('INVALID_JSON_DESCRIPTION: the definition is not JSON');
  }
  if (definition.QueryLanguage !== 'JSONata') {
    throw new SimulatorError('Only state machines with "QueryLanguage": "JSONata" at the top are simulated.');
  }
  const missing = ['States', 'StartAt'].filter((field) => !(field in definition));
  if (missing.length > 0)
    throw invalid(`SCHEMA_VALIDATION_FAILED: These fields are required: [${missing.join(', ')}] at /`);
  // The checks take tenths of a second, and definitions that differ in ARNs only are deployed again and again.
  const form = text.replace(/"arn:[^"]*:lambda:[^"]*"/g, '"arn"');
  if (checked.has(form)) return definition;
  const slot = `definition ${digest(form)}`;
  checks ??= digestOfChecks();
  if (kept(slot) === checks) {
    checked.add(form);
    return definition;
  }
  // Loaded only here: it takes long, and most definitions are known. It writes into what it is given.
  const validate: typeof import('asl-validator').default = packageRequire('asl-validator');
  const { isValid, errorsText } = validate(JSON.parse(text, asKnownToValidator));
  if (!isValid) throw invalid(errorsText('; '));
  checkGraph(definition, new Set());
  checkExpressions(definition, '');
  checked.add(form);
  keep(slot, checks);
  return definition;
}

const checked = new Set<string>();
/** The digest below: what decides does not change while a process runs it. */
let checks: string | undefined;

/** What decides whether a definition is valid: the validator, JSONata and this folder's own code. */
function digestOfChecks(): string {
  const own = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const files = own.sort().map((name) => join(__dirname, name));
  const packages = ['asl-validator', 'jsonata'].map((name) => packageRequire.resolve(`${name}/package.json`));
  return digest(...[...files, ...packages].map((path) => fileDigest(path) ?? ''));
}

const packageRequire = createRequire(__filename);

/** Recorded on AWS: any JSON is an `Output`, `true` a `Condition`, 0.5 a percentage. The validator knows less. */
function asKnownToValidator(key: string, value: unknown): unknown {
  if (key === 'Output' && (typeof value !== 'object' || value === null || Array.isArray(value))) return {};
  if (key === 'ToleratedFailurePercentage' && typeof value === 'number') return Math.ceil(value);
  return key === 'Condition' && typeof value === 'boolean' ? '{% true %}' : value;
}

function checkGraph(graph: StateGraph, outerVariables: Set<string>): void {
  const variables = new Set(outerVariables);
  for (const [name, state] of Object.entries(graph.States)) {
    for (const variable of assignedBy(state)) {
      if (outerVariables.has(variable)) {
        throw invalid(`SCHEMA_VALIDATION_FAILED: '${name}' assigns '${variable}', which belongs to an outer scope`);
      }
      variables.add(variable);
    }
  }
  for (const [name, state] of Object.entries(graph.States)) {
    if (name.length > NAME_LIMIT) throw invalid(`SCHEMA_VALIDATION_FAILED: the state name '${name}' is too long`);
    checkState(name, state);
    for (const branch of state.Branches ?? []) checkGraph(branch, variables);
    // The executions of a distributed map see no variables of their parent.
    if (state.ItemProcessor) checkGraph(state.ItemProcessor, isDistributed(state) ? new Set() : variables);
  }
}

export function isDistributed(state: State): boolean {
  return state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

function assignedBy(state: State): string[] {
  return [state, ...(state.Catch ?? []), ...(state.Choices ?? [])].flatMap(({ Assign }) => Object.keys(Assign ?? {}));
}

function checkState(name: string, state: State): void {
  const gap = (what: string) => new SimulatorError(`${what} is not simulated (state '${name}').`);
  if (state.QueryLanguage && state.QueryLanguage !== 'JSONata') throw gap('JSONPath');
  if (state.ItemReader !== undefined && !isDistributed(state)) throw gap('ItemReader of an inline map');
  if (state.ResultWriter !== undefined) throw gap('ResultWriter');
  if (state.Credentials !== undefined) throw gap('Credentials');
  const config = state.ItemProcessor?.ProcessorConfig;
  if (config?.ExecutionType === 'EXPRESS') throw gap('A distributed map of EXPRESS executions');
  if (state.ItemBatcher?.MaxInputBytesPerBatch !== undefined) throw gap('MaxInputBytesPerBatch');
  if (state.Resource !== undefined) integrationFor(state.Resource);
  if (
    typeof state.HeartbeatSeconds === 'number' &&
    typeof state.TimeoutSeconds === 'number' &&
    state.HeartbeatSeconds >= state.TimeoutSeconds
  ) {
    throw invalid(`SCHEMA_VALIDATION_FAILED: HeartbeatSeconds must be smaller than TimeoutSeconds at '${name}'`);
  }
  for (const handlers of [state.Retry ?? [], state.Catch ?? []]) {
    for (const [index, { ErrorEquals }] of handlers.entries()) {
      if (!ErrorEquals.includes('States.ALL')) continue;
      if (ErrorEquals.length > 1 || index < handlers.length - 1) {
        throw invalid(`SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and last at '${name}'`);
      }
    }
  }
}

function checkExpressions(value: unknown, path: string): void {
  if (isExpression(value)) {
    try {
      compile(value);
    } catch (error) {
      throw invalid(`INVALID_JSONATA_EXPRESSION: ${(error as Error).message} at ${path}`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checkExpressions(inner, `${path}/${key}`);
  }
}

function invalid(problem: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problem}'`);
}
