import { ACCOUNT, REGION, type RequestTable } from './request-table';

const StreamArn = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/stream`;

export const dynamodb: RequestTable = {
  requests: {
    'test_batch_write_not_existing_table exc-not-found-transact-write-items': [
      ['dynamodb.TransactWriteItems', { TransactItems: [{ Put: { TableName: 'non-existing-table', Item: {} } }] }],
    ],
    'test_return_values_on_conditions_check_failure items': [
      [
        'dynamodb.CreateTable',
        {
          TableName: 'table',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      ],
      ['clock.sleep', { seconds: 60 }],
      ['dynamodb.PutItem', { TableName: 'table', Item: { id: { S: '456' }, price: { N: '650' } } }],
      [
        'dynamodb.DeleteItem',
        {
          TableName: 'table',
          Key: { id: { S: '456' } },
          ConditionExpression: 'price between :lo and :hi',
          ExpressionAttributeValues: { ':lo': { N: '500' }, ':hi': { N: '600' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ],
    'test_kinesis_streaming_destination_crud enable-bad-table': [
      ['dynamodb.EnableKinesisStreamingDestination', { TableName: 'bad-table', StreamArn }],
    ],
    'test_kinesis_streaming_destination_crud disable-bad-table': [
      ['dynamodb.DisableKinesisStreamingDestination', { TableName: 'bad-table', StreamArn }],
    ],
    'test_table_crud delete-non-existent-table': [['dynamodb.DeleteTable', { TableName: 'non-existent' }]],
  },
  gaps: [
    [/test_dynamodb_execute_statement/, 'dynamodb.ExecuteStatement'],
    [/test_kinesis_streaming_destination_crud update-/, 'dynamodb.UpdateKinesisStreamingDestination'],
  ],
};
