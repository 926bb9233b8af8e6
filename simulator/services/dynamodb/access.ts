import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { Access } from '../../service';
import { decryption, encryption, keyOf, keyOfTable } from './encryption';
import { fineGrainedContext } from './fine-grained-access';

/** The members of the inputs that say which resource a request is about. */
interface Named {
  TableName?: string;
  IndexName?: string;
  ResourceArn?: string;
}

/** A restore writes the items of the new table in the caller's name. */
const RESTORE_ACTIONS = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];

/** An operation's own action on the table, or on the index that it reads. */
export function tableAccess(region: Region, operation: string, input: object): Access[] {
  const named: Named = input;
  const table = named.ResourceArn ?? tableArn(region, named.TableName);
  const resource = named.IndexName === undefined ? table : `${table}/index/${named.IndexName}`;
  return [{ action: `dynamodb:${operation}`, resource, context: fineGrainedContext(region, operation, input) }];
}

/** What reads or writes items of a table: its key decrypts them. */
export function itemAccess(region: Region, operation: string, input: { TableName: string | undefined }): Access[] {
  return [...tableAccess(region, operation, input), ...decryption(region, keyOfTable(region, input.TableName))];
}

/** The action on each of the tables that a batch names. */
export function batchAccess(region: Region, operation: string, tableNames: string[]): Access[] {
  return [
    ...tableNames.map((name) => ({ action: `dynamodb:${operation}`, resource: tableArn(region, name) })),
    ...tableNames.flatMap((name) => decryption(region, keyOfTable(region, name))),
  ];
}

/** What a restore into a new table takes; `sourceKey` encrypts the source and, unless the request names another, the target. */
export function restoreAccess(
  region: Region,
  operation: string,
  request: { TargetTableName: string | undefined; SSESpecificationOverride?: SSESpecification },
  source = '*',
  sourceKey: string | undefined,
): Access[] {
  const { TargetTableName = '', SSESpecificationOverride } = request;
  const isTaken = region.dynamodb.tables.has(TargetTableName);
  // Whether a restore is refused for its name before the rights of its caller are checked.
  if (isTaken && region.account.doubts.behaviour('dynamodb.restoreOverExisting') === 'nameFirst') return [];
  const target = tableArn(region, request.TargetTableName);
  return [
    { action: `dynamodb:${operation}`, resource: source },
    { action: `dynamodb:${operation}`, resource: target },
    ...RESTORE_ACTIONS.map((action) => ({ action: `dynamodb:${action}`, resource: target })),
    ...decryption(region, sourceKey),
    ...encryption(region, SSESpecificationOverride ? keyOf(SSESpecificationOverride) : sourceKey),
  ];
}

/** The ARN of a table that is given by its name or by its ARN. */
export function tableArn(region: Region, name: string | undefined): string {
  if (name?.startsWith('arn:')) return name;
  return region.arn('dynamodb', `table/${name ?? '*'}`);
}

/** Each question to IAM once. */
export function distinct(accesses: Access[]): Access[] {
  const seen = new Map(accesses.map((access) => [`${access.action} ${access.resource}`, access]));
  return [...seen.values()];
}
