import {
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';

/** What IAM says of an action: allowed, denied for good, or a denial that is no verdict, with the reason. */
interface Right {
  action: string;
  verdict: 'allowed' | 'denied' | 'unknown';
  reason: string;
}

/**
 * Asks IAM whether a role's policies allow actions on one resource. A denial is one only if IAM answered for that resource
 * and missed no condition value. Throws what IAM answers, refusals too. Reads only.
 * AWS: API_SimulatePrincipalPolicy; the policies of resources are not asked for roles.
 */
export async function simulateRights(
  iam: IAMClient,
  roleArn: string,
  actions: string[],
  resourceArn: string,
  context: Record<string, string> = {},
): Promise<Right[]> {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: actions,
      ResourceArns: [resourceArn],
      ...(Object.keys(context).length > 0 && { ContextEntries: entriesOf(context) }),
    }),
  );
  return EvaluationResults.map((result): Right => {
    const { EvalActionName: action = '', EvalDecision: decision } = result;
    if (decision === undefined) return { action, verdict: 'unknown', reason: ', as far as IAM says' };
    if (decision === 'allowed') return { action, verdict: 'allowed', reason: '' };
    const missing = missingContext(result);
    if (missing === undefined) return { action, verdict: 'unknown', reason: ', says IAM, but not for this resource' };
    if (missing.length > 0)
      return { action, verdict: 'unknown', reason: `, says IAM without the values of ${missing.join(', ')}` };
    return { action, verdict: 'denied', reason: ` (${decision})` };
  });
}

function entriesOf(context: Record<string, string>): ContextEntry[] {
  return Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: 'string',
    ContextKeyValues: [value],
  }));
}

/** The condition keys whose values IAM missed; nothing if it did not answer for the resource. */
function missingContext(result: EvaluationResult): string[] | undefined {
  const [specific] = result.ResourceSpecificResults ?? [];
  if (!specific && (result.EvalResourceName === undefined || result.EvalResourceName === '*')) return undefined;
  return [...(result.MissingContextValues ?? []), ...(specific?.MissingContextValues ?? [])];
}
