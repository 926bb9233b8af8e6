import {
  deleted,
  inputOf,
  inserted,
  items,
  keysIn,
  linesIn,
  open,
  overwritten,
  product,
  report,
  run,
  tableOf,
  WORKFLOW,
  worldOf,
} from '../../../scenarios/item-restore/items';
import { brokenAtTheEnd, Promises } from '../../../scenarios/item-restore/promises';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';

const callsOf = ({ account }: Simulation, call: string) => account.endpoint.calls.filter((one) => one.call === call);
const PROVISIONED = (units: number) => ({
  BillingMode: 'PROVISIONED' as const,
  ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units },
});

describe('A table with little capacity', () => {
  it('of one unit a second is restored as slowly as it must be, whole', async () => {
    const pasts = [
      ...Array.from({ length: 30 }, (_, index) => overwritten(`p${index}`)),
      ...Array.from({ length: 5 }, (_, index) => inserted(`i${index}`)),
      deleted('d'),
    ];
    const world = worldOf(pasts, {}, PROVISIONED(1));
    const simulation = await open({ world });
    try {
      const promises = new Promises(simulation);
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.finish(execution);
      expect(report(execution)).toMatchObject({ Restored: 36 });
      expect(report(execution).NotRestored).toBeUndefined();
      expect(callsOf(simulation, 'dynamodb:UpdateItem').map(({ outcome }) => outcome)).toContain(
        'ProvisionedThroughputExceededException',
      );
      expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
    } finally {
      simulation.close();
    }
  });

  it('is planned in shards that one function can read in its time', async () => {
    const pasts = Array.from({ length: 260 }, (_, index) => overwritten(`p${index}`));
    await run({ world: worldOf(pasts, {}, PROVISIONED(1)) }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(260);
      expect(keysIn(simulation, /\/plan\//).length).toBeGreaterThan(1);
      expect(execution.history.filter(({ type }) => type === 'TaskTimedOut')).toEqual([]);
    });
  }, 120_000);

  it('and items of 400 KB is restored too', async () => {
    const pasts = ['a', 'b', 'c'].map((sku) => {
      const large = { Large: 'x'.repeat(390_000) };
      return {
        sku,
        was: [['2026-11-20T02:14:30Z', product(sku, large)]] as [string, ReturnType<typeof product>][],
        is: product(sku, { ...large, Price: 0 }),
      };
    });
    await run({ world: worldOf(pasts, {}, PROVISIONED(1)) }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(3);
      expect(items(simulation).b?.Price).toBe(10);
    });
  });
});

describe('A hot partition', () => {
  it('that the application keeps busy is written when it lets go, and nothing is lost', async () => {
    const pasts = ['a', 'b', 'c'].map((sku) => overwritten(sku));
    const simulation = await open({ pasts });
    try {
      const { dynamodb } = simulation.region;
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.account.clock.runUntil(() => hasEntered(execution, 'Begin Writes'), 86400);
      let rounds = 0;
      const keepBusy = () => {
        // 1,000 units of one partition key are all that a second has.
        for (let unit = 0; unit < 1000; unit += 1)
          try {
            dynamodb.UpdateItem({
              TableName: 'Products',
              Key: { Sku: { S: 'b' } },
              UpdateExpression: 'SET Seen = :seen',
              ExpressionAttributeValues: { ':seen': { N: String(unit) } },
            });
          } catch {
            break;
          }
        rounds += 1;
        if (rounds < 600) simulation.account.clock.after(0.1, keepBusy);
      };
      keepBusy();
      await simulation.finish(execution);
      expect(report(execution).Restored).toBe(3);
      expect(items(simulation).b).toEqual(product('b', { Seen: expect.any(Number) }));
      const refused = callsOf(simulation, 'dynamodb:UpdateItem').filter(({ outcome }) => /Throttling/.test(outcome));
      expect(refused.length).toBeGreaterThan(0);
    } finally {
      simulation.close();
    }
  });
});

describe('Transactions of the application', () => {
  it('on the same items are waited for, and what they wrote stays', async () => {
    const pasts = ['a', 'b', 'c', 'd'].map((sku) => overwritten(sku));
    const simulation = await open({ pasts });
    try {
      const { dynamodb } = simulation.region;
      dynamodb.durations.transaction = 2;
      const promises = new Promises(simulation);
      const execution = simulation.start(WORKFLOW, inputOf({ MaxWritesPerSecond: 2 }));
      const transact = (sku: string) => {
        const Key = { Sku: { S: sku } };
        const ExpressionAttributeValues = { ':stock': { N: '3' } };
        const Update = {
          TableName: 'Products',
          Key,
          UpdateExpression: 'SET Stock = :stock',
          ExpressionAttributeValues,
        };
        dynamodb.TransactWriteItems({ TransactItems: [{ Update }] });
      };
      const hasPlan = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL'));
      await simulation.account.clock.runUntil(hasPlan, 86400);
      let rounds = 0;
      const again = () => {
        for (const sku of ['a', 'c']) transact(sku);
        rounds += 1;
        if (rounds < 20) simulation.account.clock.after(2.5, again);
      };
      again();
      await simulation.finish(execution);
      expect(report(execution).Restored).toBe(4);
      expect(items(simulation)).toMatchObject({
        a: { Price: 10, Stock: 3 },
        b: { Price: 10 },
        c: { Price: 10, Stock: 3 },
      });
      const outcomes = callsOf(simulation, 'dynamodb:UpdateItem').map(({ outcome }) => outcome);
      expect(outcomes).toContain('TransactionConflictException');
      expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
    } finally {
      simulation.close();
    }
  });
});

describe('An item collection of a local index beyond 10 GB', () => {
  it('takes no item back: that is named, and the others are restored', async () => {
    const keyOf = (number: number) => ({ Shop: 'full', Sku: number });
    const good = (number: number) => ({ ...keyOf(number), Kind: 'book', Text: 'x'.repeat(500) });
    const table = {
      ...tableOf([]),
      KeySchema: [
        { AttributeName: 'Shop', KeyType: 'HASH' as const },
        { AttributeName: 'Sku', KeyType: 'RANGE' as const },
      ],
      AttributeDefinitions: [
        { AttributeName: 'Shop', AttributeType: 'S' as const },
        { AttributeName: 'Sku', AttributeType: 'N' as const },
        { AttributeName: 'Kind', AttributeType: 'S' as const },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'ByKind',
          KeySchema: [
            { AttributeName: 'Shop', KeyType: 'HASH' as const },
            { AttributeName: 'Kind', KeyType: 'RANGE' as const },
          ],
          Projection: { ProjectionType: 'ALL' as const },
        },
      ],
      // The application has filled the place of the item that was deleted.
      Items: [{ ...good(2), Text: 'y'.repeat(500) }, good(3), good(4)],
      History: [
        { At: '2026-11-20T02:14:30Z', Key: keyOf(1), Before: good(1) },
        { At: '2026-11-20T02:14:31Z', Key: keyOf(2), Before: good(2) },
      ],
    };
    const simulation = await open({ world: worldOf([], { tables: [table] }) });
    try {
      const products = simulation.region.dynamodb.tables.get('Products');
      if (products) products.mostCollectionBytes = 1700;
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.finish(execution);
      expect(execution.status).toBe('SUCCEEDED');
      expect(report(execution)).toMatchObject({ Restored: 1, NotRestored: { 'item collection over 10 GB': 1 } });
      const [told] = keysIn(simulation, /not-restored/).flatMap((key) => linesIn(simulation, key));
      expect(told).toMatchObject({ keys: { Sku: { N: '1' } }, old: { Kind: { S: 'book' } } });
    } finally {
      simulation.close();
    }
  });
});
