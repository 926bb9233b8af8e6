import * as z from 'zod';
import { isRegion } from '../aws-regions';
import type { WorldScalableTarget } from '../services/application-auto-scaling/world';
import type { WorldTableJob } from '../services/dynamodb/table-jobs';
import type { WorldTable, WorldTableBackup } from '../services/dynamodb/world';
import type { WorldEventSourceMapping } from '../services/lambda/event-source-mappings';
import type { WorldPipe } from '../services/pipes';

const time = z.iso.datetime('must be an ISO 8601 time in UTC such as 2026-11-20T22:00:00Z').optional();
const region = z
  .string()
  .refine(isRegion, { error: ({ input }) => `${input} is not a region of AWS` })
  .optional();
const units = z.int().min(1);
const item = z.record(z.string(), z.unknown());

/** A schema whose type the services know better: their types are those of the SDK. */
function typed<T>(schema: z.ZodType): z.ZodType<T> {
  return schema as z.ZodType<T>;
}

/** An object that looks as in AWS's API, which is also where it is documented. */
function asInAws(shape: z.ZodRawShape) {
  return z.record(z.string(), z.unknown()).pipe(z.strictObject(shape) as z.ZodType<object, Record<string, unknown>>);
}

const keySchema = z.array(asInAws({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const provisioned = { ReadCapacityUnits: units, WriteCapacityUnits: units };
const onDemand = { MaxReadRequestUnits: z.int().optional(), MaxWriteRequestUnits: z.int().optional() };
const localIndex = { IndexName: z.string(), KeySchema: keySchema, Projection: projection };

const table = z.strictObject({
  TableName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'must have 3 to 255 letters, digits, _, - and .'),
  KeySchema: keySchema,
  AttributeDefinitions: z
    .array(asInAws({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }))
    .optional(),
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: asInAws(provisioned).optional(),
  OnDemandThroughput: asInAws(onDemand).optional(),
  WarmThroughput: asInAws({ ReadUnitsPerSecond: units.optional(), WriteUnitsPerSecond: units.optional() }).optional(),
  GlobalSecondaryIndexes: z
    .array(
      asInAws({
        ...localIndex,
        ProvisionedThroughput: z.strictObject(provisioned).optional(),
        OnDemandThroughput: z.strictObject(onDemand).optional(),
      }),
    )
    .optional(),
  LocalSecondaryIndexes: z.array(asInAws(localIndex)).optional(),
  StreamSpecification: asInAws({
    StreamEnabled: z.boolean(),
    StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']).optional(),
  }).optional(),
  SSESpecification: asInAws({
    Enabled: z.boolean(),
    SSEType: z.enum(['KMS']).optional(),
    KMSMasterKeyId: z.string().optional(),
  }).optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  TimeToLiveAttribute: z.string().optional(),
  PointInTimeRecoveryEnabled: z.boolean().optional(),
  PointInTimeRecoveryEnabledAt: time,
  RecoveryPeriodInDays: z.int().min(1).max(35).optional(),
  ContributorInsights: z
    .array(
      z.strictObject({
        IndexName: z.string().optional(),
        Mode: z.enum(['ACCESSED_AND_THROTTLED_KEYS', 'THROTTLED_KEYS']).optional(),
      }),
    )
    .optional(),
  KinesisDestinations: z
    .array(
      z.strictObject({
        StreamArn: z.string(),
        ApproximateCreationDateTimePrecision: z.enum(['MILLISECOND', 'MICROSECOND']).optional(),
      }),
    )
    // EnableKinesisStreamingDestination refuses a second one.
    .max(1, 'must be one destination: a table has no more')
    .optional(),
  ResourcePolicy: z.record(z.string(), z.unknown()).optional(),
  TableStatus: z.enum(['ACTIVE', 'INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'ARCHIVED']).optional(),
  ArchivalBackupArn: z.string().optional(),
  ReplicaRegions: z.array(z.string()).optional(),
  MultiRegionConsistency: z.enum(['EVENTUAL', 'STRONG']).optional(),
  Tags: z.array(asInAws({ Key: z.string(), Value: z.string() })).optional(),
  Items: z.array(item).optional(),
  History: z.array(z.strictObject({ At: z.iso.datetime(), Key: item, Before: item.optional() })).optional(),
  Region: region,
});

/** A table inside something else has the keys of one in `tables`. */
export const tableAsItWas = typed<WorldTable>(
  z.record(z.string(), z.unknown()).pipe(table as unknown as z.ZodType<WorldTable, Record<string, unknown>>),
);

const tableBackup = z.strictObject({
  BackupName: z.string(),
  BackupArn: z.string().optional(),
  BackupStatus: z.enum(['CREATING', 'AVAILABLE']).optional(),
  BackupType: z.enum(['USER', 'SYSTEM', 'AWS_BACKUP']).optional(),
  BackupCreationDateTime: time,
  BackupExpiryDateTime: time,
  Table: tableAsItWas,
  Region: region,
});

const tableJob = z.strictObject({
  Operation: z.enum(['CreateBackup', 'Restore', 'DeleteTable', 'Export']),
  Table: z.string(),
  DurationSeconds: z.number().min(0).optional(),
  Fails: z.boolean().optional(),
  LosesItems: z.int().min(1).optional(),
  Times: z.int().min(1).optional(),
});

const scalableTarget = z.strictObject({
  ResourceId: z
    .string()
    .regex(/^table\/[^/]+(\/index\/[^/]+)?$/, 'must be like table/Orders or table/Orders/index/ByStatus'),
  ScalableDimension: z.enum([
    'dynamodb:table:ReadCapacityUnits',
    'dynamodb:table:WriteCapacityUnits',
    'dynamodb:index:ReadCapacityUnits',
    'dynamodb:index:WriteCapacityUnits',
  ]),
  MinCapacity: units,
  MaxCapacity: units,
  SuspendedState: z.record(z.string(), z.boolean()).optional(),
  Policies: z
    .array(
      z.strictObject({
        PolicyName: z.string(),
        TargetTrackingScalingPolicyConfiguration: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
  Region: region,
});

const eventSourceMapping = z.strictObject({
  UUID: z.string().optional(),
  TableName: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().optional(),
  BatchSize: units.optional(),
  BisectBatchOnFunctionError: z.boolean().optional(),
  DestinationConfig: z.record(z.string(), z.unknown()).optional(),
  FilterCriteria: z.record(z.string(), z.unknown()).optional(),
  FunctionResponseTypes: z.array(z.enum(['ReportBatchItemFailures'])).optional(),
  MaximumBatchingWindowInSeconds: z.int().optional(),
  MaximumRecordAgeInSeconds: z.int().optional(),
  MaximumRetryAttempts: z.int().optional(),
  ParallelizationFactor: z.int().optional(),
  TumblingWindowInSeconds: z.int().optional(),
  Tags: z.record(z.string(), z.string()).optional(),
  Region: region,
});

const pipe = z.strictObject({
  Name: z.string(),
  TableName: z.string(),
  Target: z.string().optional(),
  Region: region,
});

/** The part of a world that tables are about. */
export const tableResources = {
  tables: z.array(typed<WorldTable>(table)).optional(),
  tableBackups: z.array(typed<WorldTableBackup>(tableBackup)).optional(),
  tableJobs: z.array(typed<WorldTableJob>(tableJob)).optional(),
  scalableTargets: z.array(typed<WorldScalableTarget>(scalableTarget)).optional(),
  eventSourceMappings: z.array(typed<WorldEventSourceMapping>(eventSourceMapping)).optional(),
  pipes: z.array(typed<WorldPipe>(pipe)).optional(),
};
