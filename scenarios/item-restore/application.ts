import { Random } from '../../simulator/random';
import type { Simulation } from '../simulation';
import { TABLE } from './items';

/**
 * An application that writes the same items all the time: changes attributes, replaces, deletes and makes them again, and
 * writes what was there already. Returns how to end it. It takes its chance from the seed, and nothing from the account's.
 */
export function appWrites(simulation: Simulation, seed: number, skus: string[], everySeconds = 7): () => void {
  const random = new Random(seed * 7919);
  const { dynamodb } = simulation.region;
  const { clock } = simulation.account;
  let isOver = false;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const write = () => {
    if (isOver) return;
    const Key = { Sku: { S: pick(skus) } };
    const kind = pick(['set', 'set', 'same', 'replace', 'delete'] as const);
    if (kind === 'delete') dynamodb.DeleteItem({ TableName: TABLE, Key });
    else if (kind === 'replace')
      dynamodb.PutItem({ TableName: TABLE, Item: { ...Key, Price: { N: String(Math.floor(random.next() * 5)) } } });
    else {
      const { Item } = dynamodb.GetItem({ TableName: TABLE, Key });
      const attribute = pick(['Price', 'Stock', 'Note']);
      const value =
        kind === 'same' && Item?.[attribute] ? Item[attribute] : { N: String(Math.floor(random.next() * 5)) };
      dynamodb.UpdateItem({
        TableName: TABLE,
        Key,
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': attribute },
        ExpressionAttributeValues: { ':value': value },
      });
    }
    clock.after(random.between(0.05, everySeconds), write);
  };
  clock.after(random.between(0.05, everySeconds), write);
  return () => {
    isOver = true;
  };
}
