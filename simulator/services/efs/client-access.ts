import { isAllowed, noteGrant } from '../../iam/authorize';
import { match, parsePolicy } from '../../iam/policy';
import type { Region } from '../../places';
import type { Caller } from '../../service';
import type { FileSystem } from './file-system';

/**
 * Whether an NFS client that mounts with IAM may do something. Without a file system policy every client that reaches a
 * mount target may; with one its statements and those of the client's role are looked at together, and a denial counts.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function clientMay({ account }: Region, { arn, policy }: FileSystem, caller: Caller, action: string): boolean {
  if (policy === undefined) {
    // The role's right counts as used: with a policy it could be the one that lets the client in.
    noteGrant(account, caller, { action, resource: arn });
    return true;
  }
  const isGranted = isAllowed(account, caller, { action, resource: arn });
  const context = new Map([
    ['aws:principalarn', [caller.principalArn]],
    ['aws:securetransport', ['true']],
    ['elasticfilesystem:accessedviamounttarget', ['true']],
  ]);
  const root = `arn:${account.partition.id}:iam::${caller.accountId}:root`;
  const principals = [caller.principalArn, caller.accountId, root];
  const matching = parsePolicy({ name: arn, document: JSON.parse(policy) }).filter((statement) =>
    match(statement, { action, resource: arn, context, principals }),
  );
  if (matching.some(({ effect }) => effect === 'Deny')) return false;
  return matching.length > 0 || isGranted;
}
