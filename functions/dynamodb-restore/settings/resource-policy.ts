import { GetResourcePolicyCommand, PutResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { hasName } from '../../shared/error-name';
import type { TableSetting } from './table-setting';

const name = 'resource policy';

/** The table's own policy. */
export const resourcePolicy: TableSetting<{ resourcePolicy?: string }> = {
  name,
  read: async ({ TableArn = '' }) => ({ resourcePolicy: await policyOf(TableArn) }),
  changes: ({ wanted: { resourcePolicy: policy }, now }) =>
    policy === undefined || policy === now.resourcePolicy
      ? []
      : [{ what: name, apply: () => putPolicy(now.tableArn, policy) }],
  comparable: (settings) => settings.resourcePolicy,
};

/** The policy of a table or a stream; nothing when it has none. Reads only. */
export async function policyOf(ResourceArn: string): Promise<string | undefined> {
  try {
    return (await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))).Policy;
  } catch (error) {
    if (hasName(error, 'PolicyNotFoundException')) return undefined;
    throw error;
  }
}

/** Gives a table or a stream a policy. Safe to repeat. */
export function putPolicy(ResourceArn: string | undefined, Policy: string): Promise<unknown> {
  return dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
}
