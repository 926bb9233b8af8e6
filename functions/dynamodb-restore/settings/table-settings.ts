import type { ScalableTarget, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type {
  ApproximateCreationDateTimePrecision,
  ContributorInsightsMode,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';

/**
 * Everything about a table that is not its items, as it was before the swap. Plain JSON: it lives in the run record.
 * What a restore keeps (key schema, indexes, billing, encryption) is here too, for the checks.
 */
export interface TableSettings {
  tableId: string;
  tableArn: string;
  keySchema: NonNullable<TableDescription['KeySchema']>;
  attributeDefinitions: NonNullable<TableDescription['AttributeDefinitions']>;
  globalIndexes: {
    name: string;
    keySchema: NonNullable<TableDescription['KeySchema']>;
    projection: unknown;
    throughput?: Throughput;
    onDemandMaximum?: OnDemandMaximum;
  }[];
  localIndexes: { name: string; keySchema: NonNullable<TableDescription['KeySchema']>; projection: unknown }[];
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  throughput?: Throughput;
  onDemandMaximum?: OnDemandMaximum;
  tableClass: string;
  /** The KMS key's ARN; absent with the key that AWS owns. */
  kmsKeyArn?: string;
  streamViewType?: string;
  /** The stream's own resource policy; it names the stream's ARN, which a new stream has another one of. */
  streamPolicy?: string;
  streamArn?: string;
  eventSourceMappings: EventSourceMappingConfiguration[];
  ttlAttribute?: string;
  tags: Record<string, string>;
  pointInTimeRecoveryDays?: number;
  isDeletionProtected: boolean;
  scalableTargets: ScalableTarget[];
  scalingPolicies: ScalingPolicy[];
  /** What Contributor Insights looks at, by index and mode; the empty name is the table itself. */
  contributorInsights: { index: string; mode?: ContributorInsightsMode }[];
  kinesisDestinations: { streamArn: string; precision?: ApproximateCreationDateTimePrecision }[];
  resourcePolicy?: string;
}

/** What runs that began before 2026-11-21 recorded: names only. An upgrade may meet them in flight. */
interface EarlierSettings extends Omit<TableSettings, 'contributorInsights' | 'kinesisDestinations'> {
  contributorInsights: string[];
  kinesisStreamArns: string[];
}

/** The settings in a run's record, whichever release wrote them. */
export function readSettings(recorded: TableSettings | EarlierSettings): TableSettings {
  if (!('kinesisStreamArns' in recorded)) return recorded;
  const { contributorInsights, kinesisStreamArns, ...others } = recorded;
  return {
    ...others,
    contributorInsights: contributorInsights.map((index) => ({ index })),
    kinesisDestinations: kinesisStreamArns.map((streamArn) => ({ streamArn })),
  };
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

export interface OnDemandMaximum {
  MaxReadRequestUnits?: number;
  MaxWriteRequestUnits?: number;
}
