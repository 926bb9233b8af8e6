import type { PolicyDocument } from './policy';

/**
 * The AWS managed policies that the suite attaches, reduced to what a simulated call can ask for. Nothing in the
 * simulated account calls CloudWatch Logs or X-Ray, so those two grant nothing here.
 */
const MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allow('logs:*'),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': allow('logs:*'),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': allow('xray:*'),
  'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess': allow('xray:*'),
  'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore': allow('ssm:*', 'ssmmessages:*', 'ec2messages:*'),
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup': allow('*'),
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores': allow('*'),
};

function allow(...actions: string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** Whether an ARN names a policy of AWS's own. */
export function isManagedByAws(policyArn: string): boolean {
  return policyArn.startsWith('arn:aws:iam::aws:policy/');
}

/** The stand-in for one of AWS's managed policies, or undefined when there is none. */
export function managedPolicy(policyArn: string): PolicyDocument | undefined {
  return MANAGED_POLICIES[policyArn];
}
