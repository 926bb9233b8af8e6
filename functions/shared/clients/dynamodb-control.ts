import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** DynamoDB for the tables that are backed up and restored; the suite's own tables use `tables`. */
export const dynamodb = new DynamoDBClient({});
