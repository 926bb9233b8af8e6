import { SimulatorError } from '../errors';
import { type Conditions, conditionsHold, type RequestContext, substituteVariables } from './conditions';
import { listOf, matchesGlob } from './glob';

/** A statement as it is written in a policy document. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Conditions;
}

/** A policy document, of an identity or of a resource. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

/** A document under the name by which reports and errors call it. */
export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

/** One question to a policy. `principals` are the names under which a resource policy may know the caller. */
export interface PolicyRequest {
  action: string;
  resource: string;
  context: RequestContext;
  principals?: string[];
}

/** A statement that is ready to be asked many times. */
export interface Statement {
  policy: string;
  /** Its `Sid`, or its place in the document. */
  label: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  notActions: string[];
  resources: string[];
  notResources: string[];
  principal?: PolicyStatement['Principal'];
  conditions: Conditions;
}

const STATEMENT_KEYS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** Reads a document; what the evaluator does not know is a SimulatorError, not a silent denial. */
export function parsePolicy({ name, document }: NamedPolicy): Statement[] {
  return listOf(document.Statement).map((statement, index) => {
    const label = statement.Sid ?? `statement ${index + 1}`;
    const where = `${label} of policy ${name}`;
    const unknown = Object.keys(statement).find((key) => !STATEMENT_KEYS.has(key));
    if (unknown) throw new SimulatorError(`${unknown} in ${where} is not simulated.`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
      throw new SimulatorError(`The Effect of ${where} is neither Allow nor Deny.`);
    if (!statement.Action === !statement.NotAction)
      throw new SimulatorError(`${where} needs either Action or NotAction.`);
    return {
      policy: name,
      label,
      effect: statement.Effect,
      actions: listOf(statement.Action),
      notActions: listOf(statement.NotAction),
      resources: listOf(statement.Resource),
      notResources: listOf(statement.NotResource),
      principal: statement.Principal,
      conditions: statement.Condition ?? {},
    };
  });
}

/** The actions of a statement (as written) that cover the request, or undefined when the statement does not apply. */
export function match(statement: Statement, request: PolicyRequest): string[] | undefined {
  const actions = matchingActions(statement, request.action);
  if (actions.length === 0) return undefined;
  if (!matchesResource(statement, request)) return undefined;
  if (request.principals && !matchesPrincipal(statement, request.principals)) return undefined;
  return conditionsHold(statement.conditions, request.context) ? actions : undefined;
}

function matchingActions(statement: Statement, action: string): string[] {
  if (statement.actions.length > 0) return statement.actions.filter((pattern) => matchesGlob(pattern, action, true));
  if (statement.notActions.some((pattern) => matchesGlob(pattern, action, true))) return [];
  return [`NotAction ${statement.notActions.join(', ')}`];
}

function matchesResource(statement: Statement, { resource, context }: PolicyRequest): boolean {
  const covers = (pattern: string) => {
    const substituted = substituteVariables(pattern, context);
    return substituted !== undefined && matchesGlob(substituted, resource);
  };
  if (statement.notResources.length > 0) return !statement.notResources.some(covers);
  // A role's trust policy has no Resource: the role itself is meant.
  return statement.resources.length === 0 || statement.resources.some(covers);
}

function matchesPrincipal(statement: Statement, principals: string[]): boolean {
  if (statement.principal === undefined) return false;
  if (statement.principal === '*') return true;
  return Object.values(statement.principal)
    .flat()
    .some((name) => name === '*' || principals.includes(name));
}
