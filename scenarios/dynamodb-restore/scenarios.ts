import type { World } from '../world';
import { BACKUP_ARN, FROM_POINT, inBackup, inVault, parksTable, smallWorld, TABLE, TABLE_ARN } from './parks';

/** A swap in which nothing goes wrong by itself. */
export interface Scenario {
  name: string;
  world: () => World;
  /** Keys of the input beyond those of `swapInput`. */
  input: Record<string, unknown>;
}

const units = (count: number) => ({ ReadCapacityUnits: count, WriteCapacityUnits: count });
const byName = {
  IndexName: 'ByName',
  KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  ProvisionedThroughput: units(5),
};
const key = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';

/** Uses every setting; its backup is from before the index, so that this has to be made again. */
const everySetting = parksTable({
  AttributeDefinitions: ['pk', 'Name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: units(10),
  GlobalSecondaryIndexes: [byName],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
  TableClass: 'STANDARD_INFREQUENT_ACCESS',
  ContributorInsights: [{}, { IndexName: 'ByName' }],
  KinesisDestinations: [{ StreamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/parks' }],
  ResourcePolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'dynamodb:GetItem',
        Resource: TABLE_ARN,
      },
    ],
  },
});

/** Between them these make every call that a swap can make while nothing goes wrong. */
export const SCENARIOS: Scenario[] = [
  { name: 'of a point in time', world: () => smallWorld(), input: {} },
  {
    name: 'of a recovery point, of a table without point-in-time recovery',
    world: () =>
      smallWorld({
        tables: [parksTable({ PointInTimeRecoveryEnabled: false, History: undefined })],
        ...inVault(),
        restoreJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 60 }],
      }),
    input: { Source: FROM_POINT },
  },
  {
    name: 'of a backup, of a table with every setting',
    world: () =>
      smallWorld({
        tables: [everySetting],
        ...inBackup(),
        eventSourceMappings: [{ TableName: TABLE, FunctionName: 'index-parks' }],
        scalableTargets: [
          {
            ResourceId: `table/${TABLE}/index/ByName`,
            ScalableDimension: 'dynamodb:index:ReadCapacityUnits',
            MinCapacity: 5,
            MaxCapacity: 100,
          },
        ],
      }),
    input: { Source: { Type: 'Backup', BackupArn: BACKUP_ARN } },
  },
];
