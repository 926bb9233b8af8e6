import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import type { Access } from '../../service';

interface ItemRequest {
  TableName?: string;
  Key?: Record<string, AttributeValue>;
  Item?: Record<string, AttributeValue>;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ReturnValues?: string;
}

const WORDS = /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|IN|BETWEEN)$/i;
const SINGLE_ITEM = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];

/**
 * The condition keys of fine-grained access control, worked out only for roles whose policies ask for them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function fineGrainedContext(region: Region, operation: string, input: object): Access['context'] {
  const request: ItemRequest = input;
  const { ReturnValues } = request;
  return {
    'dynamodb:LeadingKeys': () => {
      if (!SINGLE_ITEM.includes(operation)) throw notSimulated('LeadingKeys', operation);
      const table = region.dynamodb.tables.get(request.TableName ?? '');
      const value = (request.Key ?? request.Item)?.[table?.key.partition ?? ''];
      return value ? [String(Object.values(value)[0])] : [];
    },
    'dynamodb:Attributes': () => {
      if (operation !== 'UpdateItem') throw notSimulated('Attributes', operation);
      return attributesOf(request);
    },
    ...(ReturnValues !== undefined && { 'dynamodb:ReturnValues': ReturnValues }),
  };
}

/** The top-level attributes that an UpdateItem names, in its key or its expressions. */
function attributesOf({ Key, UpdateExpression, ConditionExpression, ExpressionAttributeNames }: ItemRequest): string[] {
  const text = `${UpdateExpression ?? ''} ${ConditionExpression ?? ''}`;
  // Values (:x), parts of a path (.x), and names of functions do not count.
  const names = [...text.matchAll(/(?<![:.\w#])(#?[A-Za-z_]\w*)(?!\w*\s*\()/g)].map(([, name = '']) => name);
  const attributes = names
    .filter((name) => !WORDS.test(name))
    .map((name) => (name.startsWith('#') ? (ExpressionAttributeNames?.[name] ?? name) : name));
  return [...new Set([...Object.keys(Key ?? {}), ...attributes])];
}

function notSimulated(key: string, operation: string): SimulatorError {
  return new SimulatorError(`The condition key dynamodb:${key} of ${operation} is not simulated.`);
}
