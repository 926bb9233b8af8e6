import { isObject, type Json, type JsonObject } from '../../simulator/cloudformation/template';
import { listOf } from '../../simulator/iam/glob';
import { type Check, type Path, type Project, TEMPLATE } from './project';
import { UNSCOPED_ACTIONS } from './unscoped-actions';

/** Policies name exact actions and, where AWS knows resources for them, exact resources; roles are passed to a service. */
export const permissions: Check = (project) =>
  allowingStatements(project).flatMap(({ statement, path }) =>
    problemsOf(statement).map((problem) => project.finding(TEMPLATE, path, 'permissions', `${path[1]}: ${problem}`)),
  );

function problemsOf(statement: JsonObject): string[] {
  const actions = listOf<Json>(statement.Action).map(String);
  const isEverything = listOf<Json>(statement.Resource).includes('*');
  const isIdentityPolicy = statement.Principal === undefined;
  const condition = JSON.stringify(statement.Condition ?? {});
  return [
    ...(statement.NotAction || statement.NotResource
      ? ['NotAction and NotResource allow actions and resources that are not listed']
      : []),
    ...actions.filter((action) => action.includes('*')).map((action) => `the action ${action} is not exact`),
    ...actions
      .filter((action) => isEverything && isIdentityPolicy && !UNSCOPED_ACTIONS[action])
      .map((action) => `${action} on "*"; name its resources, or give the reason in unscoped-actions.ts`),
    ...(actions.includes('iam:PassRole') && !condition.includes('"iam:PassedToService"')
      ? ['iam:PassRole without the condition iam:PassedToService']
      : []),
    ...(isEveryPrincipal(statement.Principal) && condition === '{}'
      ? ['every principal is allowed, without a Condition']
      : []),
  ];
}

function isEveryPrincipal(principal: Json | undefined): boolean {
  return principal === '*' || (isObject(principal) && listOf<Json>(principal.AWS).includes('*'));
}

/** Every policy statement that allows something, wherever in the template it stands. */
export function allowingStatements({ template }: Project): { statement: JsonObject; path: Path }[] {
  return statementsIn(template.Resources as unknown as Json, ['Resources']);
}

function statementsIn(value: Json, path: Path): { statement: JsonObject; path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => statementsIn(item, [...path, index]));
  if (!isObject(value)) return [];
  const own = value.Effect === 'Allow' ? [{ statement: value, path }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, child]) => statementsIn(child, [...path, key]))];
}
