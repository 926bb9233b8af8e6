import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** DynamoDB as the thing that is backed up and restored; the suite's own tables go through `tables`. */
export const dynamodb = new DynamoDBClient({});
