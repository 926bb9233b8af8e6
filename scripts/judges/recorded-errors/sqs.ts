import { ACCOUNT, REGION, type Request, type RequestTable, requestsFor } from './request-table';

const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/queue`;
const FIFO_URL = `${QueueUrl}.fifo`;
const MessageBody = 'news';

const create = (Attributes: object): Request => [['sqs.CreateQueue', { QueueName: 'queue', Attributes }]];
const createFifo = (Attributes: object): Request => [
  ['sqs.CreateQueue', { QueueName: 'queue.fifo', Attributes: { FifoQueue: 'true', ...Attributes } }],
];
const withQueue = (operation: string, input: object, attributes: object = {}): Request => [
  ...create(attributes),
  [`sqs.${operation}`, { QueueUrl, ...input }],
];
const withFifoQueue = (input: object, attributes: object = {}): Request => [
  ...createFifo(attributes),
  ['sqs.SendMessage', { QueueUrl: FIFO_URL, MessageBody, ...input }],
];
/** The parameters of the tests of identifiers. */
const IDENTIFIERS: Record<string, string> = { empty: '', too_long: 'a'.repeat(129), spaces: 'group 123' };

const withoutDeduplication = withFifoQueue({ MessageGroupId: 'group' });
const withoutGroup = withFifoQueue({ MessageDeduplicationId: 'deduplication' });
/** On AWS some of its bytes were those of an attribute. */
const tooLong = (bytes: number) => ({ MessageBody: 'a'.repeat(bytes + 1) });
const batchOf = (number: number, entry: object = { MessageBody }) => ({
  Entries: Array.from({ length: number }, (_, index) => ({ Id: String(index), ...entry })),
});
const inFifoQueue = (entry: object): Request => [
  ...createFifo({}),
  ['sqs.SendMessageBatch', { QueueUrl: FIFO_URL, ...batchOf(1, { MessageBody, ...entry }) }],
];
const otherDelay: Request = [...create({ DelaySeconds: '1' }), ...create({ DelaySeconds: '2' })];

export const sqs: RequestTable = {
  requests: {
    'test_send_empty_message send_empty_message': withQueue('SendMessage', { MessageBody: '' }),
    'test_send_receive_max_number_of_messages send_max_number_of_messages': withQueue('ReceiveMessage', {
      MaxNumberOfMessages: 11,
    }),
    'test_send_receive_wait_time_seconds recieve_message_error_too_large': withQueue('ReceiveMessage', {
      WaitTimeSeconds: 21,
    }),
    'test_send_receive_wait_time_seconds recieve_message_error_too_small': withQueue('ReceiveMessage', {
      WaitTimeSeconds: -1,
    }),
    'test_send_oversized_message send_oversized_message': withQueue('SendMessage', tooLong(1_048_576)),
    'test_send_message_with_updated_maximum_message_size send_oversized_message': withQueue(
      'SendMessage',
      tooLong(1024),
      { MaximumMessageSize: '1024' },
    ),
    'test_send_message_with_empty_string_attribute empty-string-attr': withQueue('SendMessage', {
      MessageBody,
      MessageAttributes: { ErrorDetails: { StringValue: '', DataType: 'String' } },
    }),
    'test_send_message_to_standard_queue_with_invalid_message_group_id error-response': (kind) =>
      withQueue('SendMessage', { MessageBody, MessageGroupId: IDENTIFIERS[kind] }),
    'test_message_deduplication_id_invalid error-response': (kind) =>
      withFifoQueue({ MessageGroupId: 'group', MessageDeduplicationId: IDENTIFIERS[kind] }),
    'test_create_fifo_queue_with_different_attributes_raises_error queue-already-exists': [
      ...createFifo({ ContentBasedDeduplication: 'true' }),
      ...createFifo({ ContentBasedDeduplication: 'false' }),
    ],
    'test_create_queue_with_different_attributes_raises_exception create_queue_01': otherDelay,
    'test_create_queue_with_different_attributes_raises_exception create_queue_02': otherDelay,
    ...requestsFor(
      {
        'invalid-attribute-fifo-queue': { FifoQueue: 'false' },
        'invalid-attribute-content-based-deduplication': { ContentBasedDeduplication: 'false' },
        'invalid-attribute-deduplication-scope': { DeduplicationScope: 'queue' },
        'invalid-attribute-throughput-limit': { FifoThroughputLimit: 'perQueue' },
      },
      create,
      'test_create_standard_queue_with_fifo_attribute_raises_error',
    ),
    'test_fifo_queue_send_message_with_delay_seconds_fails send_message': withFifoQueue(
      { MessageGroupId: 'group', DelaySeconds: 2 },
      { ContentBasedDeduplication: 'true' },
    ),
    ...requestsFor(
      {
        'invalid-parameter-value': withoutDeduplication,
        'invalid-parameter-value-query': withoutDeduplication,
        'missing-parameter': withoutGroup,
        'missing-parameter-query': withoutGroup,
      },
      (request) => request,
      'test_posting_to_fifo_requires_deduplicationid_group_id',
    ),
    'test_send_message_batch_with_oversized_contents send_oversized_message_batch': withQueue(
      'SendMessageBatch',
      batchOf(1, tooLong(1_048_576)),
    ),
    'test_too_many_entries_in_batch_request test_too_many_entries_in_batch_request': withQueue(
      'SendMessageBatch',
      batchOf(20),
    ),
    'test_invalid_batch_id test_invalid_batch_id': withQueue('SendMessageBatch', {
      Entries: [{ Id: 'two words', MessageBody }],
    }),
    'test_send_batch_missing_deduplication_id_for_fifo_queue test_missing_deduplication_id_for_fifo_queue': inFifoQueue(
      {
        MessageGroupId: 'group',
      },
    ),
    'test_send_batch_missing_message_group_id_for_fifo_queue test_missing_message_group_id_for_fifo_queue': inFifoQueue(
      {
        MessageDeduplicationId: 'deduplication',
      },
    ),
    'test_successive_purge_calls_fail purge_queue_error': [
      ...withQueue('PurgeQueue', {}),
      ['sqs.PurgeQueue', { QueueUrl }],
    ],
    'test_non_existent_queue queue-does-not-exist': [['sqs.GetQueueAttributes', { QueueUrl }]],
    'test_non_existent_queue queue-does-not-exist-url': [['sqs.GetQueueUrl', { QueueName: 'queue' }]],
    'test_update_standard_queue_add_properties_with_replacement error': [['sqs.GetQueueAttributes', { QueueUrl }]],
    'test_update_completely_remove_resource error': [['sqs.GetQueueAttributes', { QueueUrl }]],
  },
  gaps: [
    [/\[sqs_query\b|queue-does-not-exist-query/, 'the query protocol of SQS'],
    [/test_delete_message_batch/, 'sqs.DeleteMessageBatch'],
    [/test_change_message_visibility_batch/, 'sqs.ChangeMessageVisibilityBatch'],
    [/test_set_unsupported_attribute/, 'sqs.SetQueueAttributes'],
    [/test_sqs_permission_lifecycle/, 'sqs.AddPermission'],
    [/test_fifo_delete_after/, 'sqs.DeleteMessage'],
    [/^test_cancel_with/, 'sqs.CancelMessageMoveTask'],
    [/^test_(source_needs|destination_needs|start_multiple)/, 'sqs.StartMessageMoveTask'],
  ],
};
