import { GetRoleCommand } from '@aws-sdk/client-iam';
import { iam } from './clients/iam';
import { requireEnv } from './config';
import { hasName } from './error-name';
import type { Findings } from './findings';
import { simulateRights } from './role-rights';
import { describeError, throwIfEarly } from './task';

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
/** A policy above this stack, such as an organisation's, denies the look; it says nothing about passing the role on. */
const EXPLICIT_DENY = /with an explicit deny/;

/**
 * Checks that a role is of the account in which AWS Backup's job is to run, exists, and may be assumed by AWS Backup. Each
 * finding has the input's key in front. A role of another account cannot be looked up. IAM may not answer, as its calls
 * all go to one region: that ends no run. Reads only.
 */
export async function checkBackupRole(
  key: string,
  roleArn: string,
  jobAccountId = ACCOUNT_ID,
): Promise<Partial<Findings>> {
  const owner = roleArn.split(':')[4];
  if (owner !== jobAccountId)
    return { problems: [`${key}: the role belongs to the account ${owner}, the job runs in ${jobAccountId}`] };
  if (owner !== ACCOUNT_ID) return {};
  const name = roleArn.split('/').at(-1) ?? '';
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    if (Role?.Arn !== roleArn) return { problems: [`${key}: the role ${name} has the ARN ${Role?.Arn}`] };
    if (!Role.AssumeRolePolicyDocument)
      return { warnings: [`${key}: IAM does not show who may assume the role ${name}`] };
    if (decodeURIComponent(Role.AssumeRolePolicyDocument).includes('backup.amazonaws.com')) return {};
    return {
      problems: [`${key}: AWS Backup may not assume the role ${name}; its trust policy must name backup.amazonaws.com`],
    };
  } catch (error) {
    const { message } = error as Error;
    if (hasName(error, 'NoSuchEntity', 'NoSuchEntityException'))
      return { problems: [`${key}: the role ${name} does not exist (${message})`] };
    // The same list lets this stack look at a role and pass it on, so a run with another role would fail.
    if (hasName(error, 'AccessDenied') && !EXPLICIT_DENY.test(message))
      return {
        problems: [
          `${key}: this stack may not use the role ${name}: name it in the parameter AdditionalBackupRoleArns (${message})`,
        ],
      };
    throwIfEarly(error);
    return { warnings: [`${key}: the role ${name} could not be looked at (${describeError(error)})`] };
  }
}

/**
 * Asks IAM whether a role has the rights that a job will need on one resource. A denial is a problem only if IAM answered
 * for that resource and missed no condition value; else, and if IAM refuses to answer, it is a warning. A role of another
 * account is not checked. Throws transient errors. Reads only. AWS: API_SimulatePrincipalPolicy.
 */
export async function checkRoleRights(
  key: string,
  roleArn: string,
  actions: string[],
  resourceArn: string,
): Promise<Findings> {
  if (roleArn.split(':')[4] !== ACCOUNT_ID) return { problems: [], warnings: [] };
  const findings: Findings = { problems: [], warnings: [] };
  const name = roleArn.split('/').at(-1);
  try {
    for (const { action, verdict, reason } of await simulateRights(iam, roleArn, actions, resourceArn)) {
      const denial = `${key}: the role ${name} is not allowed ${action} on ${resourceArn}${reason}`;
      if (verdict === 'unknown') findings.warnings.push(denial);
      if (verdict === 'denied') findings.problems.push(`${denial}; add it to the role's policies`);
    }
  } catch (error) {
    throwIfEarly(error);
    findings.warnings.push(
      `${key}: whether the role ${name} is allowed ${actions.join(', ')} could not be looked up (${describeError(error)})`,
    );
  }
  return findings;
}
