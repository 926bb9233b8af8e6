import type { Clock } from '../../clock';
import type { Doubts } from '../../doubts';
import { AwsError } from '../../errors';
import { type Item, itemSize } from './values';

type Kind = 'Read' | 'Write';

/** What a second of a table's capacity is worth, by its settings as they are now. */
interface Limits {
  arn: string;
  isProvisioned: boolean;
  perSecond: { [K in Kind]: number | undefined };
}

/** Guide, DynamoDB burst and adaptive capacity: what one partition key value can take a second, in either mode. */
const OF_ONE_PARTITION = { Read: 3000, Write: 1000 };
const BURST_SECONDS = 300;

/**
 * Which reads and writes of a table's items find capacity. A request is admitted while anything is left, and what it takes
 * may be more than that: an item of 400 KB can be written where one unit a second is provisioned.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
 */
export class Capacity {
  private readonly left: { [K in Kind]?: { units: number; at: number } } = {};
  private readonly partitions = { Read: new Map<string, number>(), Write: new Map<string, number>() };
  private second = 0;

  constructor(
    private readonly account: { clock: Clock; doubts: Doubts },
    private readonly limits: () => Limits,
  ) {}

  /** The answer for a request that finds no capacity. `partition` is the partition key's value, if there is one. */
  refusal(kind: Kind, partition?: string): AwsError | undefined {
    const limits = this.limits();
    const available = this.available(kind, limits);
    if (available !== undefined && available <= 0)
      return throttled(limits, kind, limits.isProvisioned ? 'ProvisionedThroughput' : 'MaxOnDemandThroughput');
    const used = partition === undefined ? 0 : (this.partitionsNow(kind).get(partition) ?? 0);
    return used >= OF_ONE_PARTITION[kind] ? throttled(limits, kind, 'KeyRangeThroughput') : undefined;
  }

  /** What a request took that was admitted. */
  take(kind: Kind, units: number, partition?: string): void {
    const left = this.left[kind];
    if (left) left.units -= units;
    if (partition === undefined) return;
    const partitions = this.partitionsNow(kind);
    partitions.set(partition, (partitions.get(partition) ?? 0) + units);
  }

  private available(kind: Kind, limits: Limits): number | undefined {
    const perSecond = limits.perSecond[kind];
    if (perSecond === undefined) {
      delete this.left[kind];
      return undefined;
    }
    const { clock, doubts } = this.account;
    const most = perSecond * (doubts.behaviour('dynamodb.burstCapacity') === 'fiveMinutes' ? BURST_SECONDS : 1);
    const known = this.left[kind];
    const units = known ? Math.min(most, known.units + ((clock.now - known.at) / 1000) * perSecond) : most;
    this.left[kind] = { units, at: clock.now };
    return units;
  }

  private partitionsNow(kind: Kind): Map<string, number> {
    const second = Math.floor(this.account.clock.now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.partitions.Read.clear();
      this.partitions.Write.clear();
    }
    return this.partitions[kind];
  }
}

/** A unit is a write of 1 KB; of an item before and after, the larger one counts (Guide: Write capacity unit). */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** A unit is a consistent read of 4 KB, or twice as much without; rounded up once a request (Guide: Read capacity unit). */
export function readUnits(bytes: number, isConsistent: boolean): number {
  const units = Math.max(1, Math.ceil(bytes / 4096));
  return isConsistent ? units : units / 2;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html */
function throttled({ arn, isProvisioned }: Limits, kind: Kind, limit: string): AwsError {
  const ThrottlingReasons = [{ reason: `Table${kind}${limit}Exceeded`, resource: arn }];
  return isProvisioned
    ? new AwsError(
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
        400,
        { ThrottlingReasons },
      )
    : new AwsError(
        'ThrottlingException',
        'Throughput exceeds the current throughput limit for your table. Please retry later.',
        400,
        { ThrottlingReasons },
      );
}
