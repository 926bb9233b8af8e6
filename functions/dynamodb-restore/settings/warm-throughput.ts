import type { TableSetting } from './table-setting';

/** What a table or an index can take at once, in units a second. */
interface Warm {
  ReadUnitsPerSecond?: number;
  WriteUnitsPerSecond?: number;
}

/** By index; the empty name is the table itself. */
interface Value {
  warmThroughput?: Record<string, Warm>;
}

/**
 * Warm throughput of the table and of its indexes. It grows with use and is not put back: raising it costs money once, and
 * it cannot be lowered again. The result says what the table had.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
export const warmThroughput: TableSetting<Value> = {
  name: 'warm throughput',
  read({ WarmThroughput: table, GlobalSecondaryIndexes: indexes = [] }) {
    const ofIndexes = indexes.map(({ IndexName = '', WarmThroughput: warm }) => [IndexName, warm] as const);
    const found = [['', table] as const, ...ofIndexes].filter(([, warm]) => warm !== undefined);
    return { warmThroughput: Object.fromEntries(found.map(([name, warm]) => [name, unitsOf(warm)])) };
  },
  comparable: (settings) => settings.warmThroughput ?? {},
  difference({ warmThroughput: before = {} }, { warmThroughput: now = {} }) {
    const lower = Object.entries(before)
      .filter(([name, warm]) => isLower(now[name] ?? {}, warm))
      .map(([name, warm]) => `${name || 'the table'} had ${describe(warm)} and has ${describe(now[name])}`);
    if (lower.length === 0) return undefined;
    return `${lower.join('; ')}. It is not put back, as raising it costs: aws dynamodb update-table --warm-throughput`;
  },
};

function unitsOf({ ReadUnitsPerSecond, WriteUnitsPerSecond }: Warm = {}): Warm {
  return { ReadUnitsPerSecond, WriteUnitsPerSecond };
}

function isLower(now: Warm, before: Warm): boolean {
  return (
    (now.ReadUnitsPerSecond ?? 0) < (before.ReadUnitsPerSecond ?? 0) ||
    (now.WriteUnitsPerSecond ?? 0) < (before.WriteUnitsPerSecond ?? 0)
  );
}

function describe({ ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes }: Warm = {}): string {
  return reads === undefined ? 'what DynamoDB gives to a new one' : `${reads} reads and ${writes} writes a second`;
}
