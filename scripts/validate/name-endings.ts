import type { Json } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

/** A name that begins with the stack's, up to a wildcard in it: `${AWS::StackName}-*`, `${AWS::StackName}-backup*`. */
const OPEN_NAME = /\$\{AWS::StackName\}([\w-]*?)-?\*/g;

/**
 * An ARN pattern ends where the name ends: `${AWS::StackName}-*` also fits what belongs to a stack whose name begins with
 * this one's and a hyphen. A name that CloudFormation makes has the resource's id in it, and its end is not known.
 */
export const nameEndings: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Properties = {} }]) =>
    stringsIn(Properties)
      .filter((text) => text.includes(':'))
      .flatMap((text) =>
        [...text.matchAll(OPEN_NAME)]
          .filter(([, name = '']) => !(name.slice(1) in project.template.Resources))
          .map(([open]) =>
            project.finding(
              TEMPLATE,
              ['Resources', logicalId],
              'name-endings',
              `${logicalId}: ${open} also fits another stack's names; write the name to its end`,
            ),
          ),
      ),
  );

function stringsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
