import type { PutPermissionRequest } from '@aws-sdk/client-cloudwatch-events';
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
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action: input.Action ?? 'events:PutEvents',
    Resource: busArn,
  };
  if (Condition) statement.Condition = { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value ?? '' } };
  policies.addStatement(busArn, statement);
}
