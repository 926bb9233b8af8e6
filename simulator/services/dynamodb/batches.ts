import type { AttributeValue, BatchGetItemOutput, KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb';
import { type AwsError, SimulatorError } from '../../errors';
import { writeUnits } from './capacity';
import { keyText } from './collection';
import { constraint, validation } from './errors';
import type { Table } from './table';
import { type Item, itemSize } from './values';
import { carryOut, planWrite } from './writes';

const MAX_WRITES = 25;
const MAX_READS = 100;
const PAGE_BYTES = 16 * 1024 * 1024;

/** Up to 25 puts and deletes, each on its own; returns those that found no capacity. */
export function batchWrite(
  requests: { name: string; table: Table; writes: WriteRequest[] }[],
): Record<string, WriteRequest[]> {
  const count = requests.reduce((sum, { writes }) => sum + writes.length, 0);
  if (requests.length === 0) throw validation('The requestItems parameter is required for BatchWriteItem');
  if (requests.some(({ writes }) => writes.length === 0 || writes.length > MAX_WRITES)) {
    const shown = requests.map(({ name, writes }) => `${name}=${JSON.stringify(writes)}`).join(', ');
    throw validation(
      `1 validation error detected: Value '{${shown}}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_WRITES}, Member must have length greater than or equal to 1]`,
    );
  }
  if (count > MAX_WRITES) throw validation('Too many items requested for the BatchWriteItem call');
  const plans = requests.flatMap(({ name, table, writes }) =>
    writes.map((request) => {
      const { PutRequest, DeleteRequest } = request;
      if (PutRequest) return { name, request, ...planWrite(table, { kind: 'Put', Item: PutRequest.Item }) };
      if (DeleteRequest) return { name, request, ...planWrite(table, { kind: 'Delete', Key: DeleteRequest.Key }) };
      throw validation(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }),
  );
  const targets = new Set(plans.map((plan) => `${plan.table.arn} ${plan.id}`));
  if (targets.size < plans.length) throw validation('Provided list of item keys contains duplicates');
  const unprocessed: Record<string, WriteRequest[]> = {};
  let refusal: AwsError | undefined;
  let carriedOut = 0;
  for (const { name, request, ...plan } of plans) {
    const partition = keyText((plan.after ?? request.DeleteRequest?.Key)?.[plan.table.key.partition] as AttributeValue);
    const found = plan.table.capacity.refusal('Write', partition);
    if (found) {
      refusal = found;
      unprocessed[name] = [...(unprocessed[name] ?? []), request];
      continue;
    }
    plan.table.capacity.take('Write', writeUnits(plan.before, plan.after), partition);
    carryOut(plan);
    carriedOut += 1;
  }
  if (refusal && carriedOut === 0) throw refusal;
  return unprocessed;
}

/** Up to 100 items of up to 16 MB together; the keys of the rest, and of those without capacity, come back as unprocessed. */
export function batchGet(
  requests: { name: string; table: Table; request: KeysAndAttributes }[],
  read: (table: Table, request: Omit<KeysAndAttributes, 'Keys'> & { Key: Item }) => Item | undefined,
): BatchGetItemOutput {
  const count = requests.reduce((sum, { request }) => sum + (request.Keys?.length ?? 0), 0);
  if (requests.length === 0) throw validation('The requestItems parameter is required for BatchGetItem');
  for (const { name, request } of requests)
    if ((request.Keys?.length ?? 0) > MAX_READS)
      throw constraint(`RequestItems.${name}.member.Keys`, undefined, `have length less than or equal to ${MAX_READS}`);
  if (count > MAX_READS) throw validation('Too many items requested for the BatchGetItem call');
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, KeysAndAttributes> = {};
  let bytes = 0;
  let refusal: AwsError | undefined;
  let admitted = 0;
  for (const { name, table, request } of requests) {
    const { Keys, AttributesToGet, ...rest } = request;
    if (AttributesToGet) throw new SimulatorError("DynamoDB's parameter AttributesToGet is not simulated.");
    const keys = Keys ?? [];
    if (new Set(keys.map((key) => table.items.idOf(key))).size < keys.length) {
      throw validation('Provided list of item keys contains duplicates');
    }
    const left: Item[] = [];
    responses[name] = [];
    for (const key of keys) {
      if (bytes >= PAGE_BYTES) {
        left.push(key);
        continue;
      }
      const partition = key[table.key.partition];
      const found = table.capacity.refusal('Read', partition && keyText(partition));
      if (found) {
        refusal = found;
        left.push(key);
        continue;
      }
      admitted += 1;
      const item = read(table, { ...rest, Key: key });
      if (!item) continue;
      bytes += itemSize(item);
      responses[name].push(item);
    }
    if (left.length > 0) unprocessed[name] = { ...rest, Keys: left };
  }
  if (refusal && admitted === 0) throw refusal;
  return { Responses: responses, UnprocessedKeys: unprocessed };
}
