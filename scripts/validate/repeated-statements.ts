import { isObject } from '../../simulator/cloudformation/template';
import { allowingStatements } from './permissions';
import { type Check, TEMPLATE } from './project';

const MOST = 3;

/**
 * A statement stands in three places at most: what more functions need is an AWS::IAM::ManagedPolicy of the stack. Who may
 * assume a role cannot be shared.
 */
export const repeatedStatements: Check = (project) => {
  const places = new Map<string, ReturnType<typeof allowingStatements>>();
  for (const place of allowingStatements(project)) {
    if (isObject(place.statement.Principal)) continue;
    const text = JSON.stringify(place.statement);
    places.set(text, [...(places.get(text) ?? []), place]);
  }
  return [...places.values()]
    .filter((same) => same.length > MOST)
    .flatMap((same) => same.slice(MOST).map(({ path }) => ({ path, among: same })))
    .map(({ path, among }) =>
      project.finding(
        TEMPLATE,
        path,
        'repeated-statements',
        `${path[1]}: the same statement stands in ${among.length} places; make it a managed policy of the stack`,
      ),
    );
};
