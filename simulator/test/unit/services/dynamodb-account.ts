import { Account, type AccountOptions } from '../../../account';
import type { DynamoDb, WorldTable } from '../../../services/dynamodb';

/** A table with everything that comes back with a restore. */
export const ORDERS: WorldTable = {
  TableName: 'Orders',
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'status', AttributeType: 'S' },
    { AttributeName: 'total', AttributeType: 'N' },
  ],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
  GlobalSecondaryIndexes: [
    {
      IndexName: 'ByStatus',
      KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'ByTotal',
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'total', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' },
  Items: [
    { customer: 'ada', number: 1, status: 'OPEN', total: 10 },
    { customer: 'bob', number: 2, status: 'SENT', total: 20 },
  ],
};

/** One simulated account with DynamoDB in it. Close it after each test. */
export class DynamoDbAccount {
  readonly account: Account;
  readonly dynamodb: DynamoDb;

  constructor(options: AccountOptions = {}) {
    this.account = new Account({ seed: 1, ...options });
    this.dynamodb = this.account.region().dynamodb;
  }

  /** Lets so many virtual seconds pass. */
  passes(seconds: number): Promise<void> {
    return this.account.clock.runUntil(this.account.clock.sleep(seconds), seconds + 1);
  }

  /** Puts an order, or another version of it. */
  put(customer: string, number: number, status: string): void {
    const Item = { customer: { S: customer }, number: { N: String(number) }, status: { S: status } };
    this.dynamodb.PutItem({ TableName: 'Orders', Item });
  }

  delete(customer: string, number: number): void {
    const Key = { customer: { S: customer }, number: { N: String(number) } };
    this.dynamodb.DeleteItem({ TableName: 'Orders', Key });
  }

  /** Every order as `customer number status`, in the order of the text. */
  orders(TableName: string): string[] {
    const { Items = [] } = this.dynamodb.Scan({ TableName, ConsistentRead: true });
    return Items.map(({ customer, number, status }) => `${customer?.S} ${number?.N} ${status?.S}`).sort();
  }

  status(TableName: string): string | undefined {
    return this.dynamodb.DescribeTable({ TableName }).Table?.TableStatus;
  }

  /** Makes a backup and waits until it can be used. */
  async backUp(BackupName: string, TableName = 'Orders'): Promise<string> {
    const { BackupDetails } = this.dynamodb.CreateBackup({ TableName, BackupName });
    await this.passes(120);
    return BackupDetails?.BackupArn ?? '';
  }

  /** What a request answers when it is refused. */
  refusal(request: () => unknown): { code?: string; message?: string } {
    try {
      request();
    } catch (error) {
      return error as { code?: string; message?: string };
    }
    throw new Error('The request was not refused');
  }

  close(): void {
    this.account.close();
  }
}
