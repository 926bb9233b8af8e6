import type { PutPermissionRequest, RemovePermissionRequest } from '@aws-sdk/client-cloudwatch-events';
import { AwsError } from '../../errors';
import type { PolicyStatement } from '../../iam/policy';
import type { ResourcePolicies } from '../../iam/resource-policies';

/** Adds to the policy of a bus: a whole document, one statement (as CloudFormation puts it), or the older parameters. */
export function putPermission(policies: ResourcePolicies, busArn: string, input: PutPermissionRequest): void {
  if (input.Policy !== undefined) {
    const document = JSON.parse(input.Policy);
    if (document.Statement) policies.set(busArn, document);
    else policies.addStatement(busArn, document);
    return;
  }
  const { Principal = '*', Condition } = input;
  const statement: PolicyStatement = {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:${busArn.split(':')[1]}:iam::${Principal}:root` },
    Action: input.Action ?? 'events:PutEvents',
    Resource: busArn,
  };
  if (Condition) statement.Condition = { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value ?? '' } };
  policies.addStatement(busArn, statement);
}

/** Takes one statement, or all of them, out of the policy of a bus. */
export function removePermission(policies: ResourcePolicies, busArn: string, input: RemovePermissionRequest): void {
  if (input.RemoveAllPermissions) policies.set(busArn, { Version: '2012-10-17', Statement: [] });
  else if (!policies.removeStatement(busArn, input.StatementId ?? ''))
    throw new AwsError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
}
