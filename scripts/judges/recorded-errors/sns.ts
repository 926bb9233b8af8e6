import { ACCOUNT, OTHER_REGION, REGION, type Request, type RequestTable, requestsFor } from './request-table';

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:topic`;
const FIFO_TOPIC = `${TOPIC}.fifo`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
const Message = 'news';

const withTopic = (operation: string, input: object, region?: string): Request => [
  ['sns.CreateTopic', { Name: 'topic' }],
  [`sns.${operation}`, { TopicArn: TOPIC, ...input }, region],
];
const withFifoTopic = (operation: string, input: object): Request => [
  ['sns.CreateTopic', { Name: 'topic.fifo', Attributes: { FifoTopic: 'true' } }],
  [`sns.${operation}`, { TopicArn: FIFO_TOPIC, ...input }],
];
const named = (Name: string, Attributes?: object): Request => [['sns.CreateTopic', { Name, Attributes }]];
const again = (input: object): Request => [
  ['sns.CreateTopic', { Name: 'topic', Attributes: { DisplayName: 'one' } }],
  ['sns.CreateTopic', { Name: 'topic', ...input }],
];
const publish = (MessageAttributes: object) => withTopic('Publish', { Message, MessageAttributes });
const subscribe = (Protocol: string, Endpoint: string) => withTopic('Subscribe', { Protocol, Endpoint });
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const bytes = (value: string, DataType = 'Binary') => ({ DataType, BinaryValue: Buffer.from(value) });
const structured = (message: string) => withTopic('Publish', { Message: message, MessageStructure: 'json' });

/** What was wrong with a filter policy, with the policy after it. */
const SOURCE = /\n at \[Source: .*?"(.*)"; line/s;

const filtered = (policy: string, scope?: string) =>
  withTopic('Subscribe', {
    ...{ Protocol: 'sms', Endpoint: '+123123123' },
    Attributes: { FilterPolicy: policy, ...(scope && { FilterPolicyScope: scope }) },
  });
const values = (count: number) => Array.from({ length: count }, (_, index) => `value${index}`);
const fromItsRefusal = (_parameter: string, { message }: { message: string }) =>
  filtered(SOURCE.exec(message)?.[1] ?? '');
const cidr = (range: string) => filtered(JSON.stringify({ key: [{ cidr: range }] }));

export const sns: RequestTable = {
  requests: {
    'test_create_topic_with_attributes get-attrs-nonexistent-topic': [['sns.GetTopicAttributes', { TopicArn: TOPIC }]],
    'test_create_topic_with_attributes get-attrs-malformed-topic': [
      ['sns.GetTopicAttributes', { TopicArn: 'test-topic' }],
    ],
    'test_create_topic_test_arn topic-not-exists': [['sns.GetTopicAttributes', { TopicArn: TOPIC }]],
    'test_create_duplicate_topic_with_more_tags exception-duplicate': again({
      Tags: [{ Key: 'key1', Value: 'value1' }],
    }),
    'test_create_topic_different_attrs create-topic-diff-attrs': again({ Attributes: { DisplayName: 'two' } }),
    'test_create_topic_different_attrs create-topic-new-attrs-fifo': again({ Attributes: { FifoTopic: 'true' } }),
    'test_create_topic_different_attrs create-topic-new-attrs': again({ Attributes: { SignatureVersion: '2' } }),
    'test_create_topic_different_attrs create-topic-new-and-same-attrs': again({
      Attributes: { SignatureVersion: '2', DisplayName: 'one' },
    }),
    ...requestsFor(
      {
        'name-too-short': '',
        'name-too-long': 'a'.repeat(257),
        'name-contains-fifo': 'test.fifo',
        ...Object.fromEntries(
          [...':;!@|^% '].map((character, at) => [`name-invalid-char-${at}`, `bad${character}name`]),
        ),
      },
      (name) => named(name),
      'test_create_topic_name_constraints',
    ),
    'test_create_topic_name_constraints fifo-name-not-contains-fifo': named('test', { FifoTopic: 'true' }),
    'test_topic_get_attributes_with_fifo_false set-fifo-false-after-creation': withTopic('SetTopicAttributes', {
      AttributeName: 'FifoTopic',
      AttributeValue: 'false',
    }),
    ...requestsFor(
      { 'invalid-topic-arn': 'randomstring', 'invalid-topic-arn-1': 'randomstring:1', 'empty-topic': '' },
      (TopicArn) => [['sns.Publish', { TopicArn, Message }]],
      'test_publish_wrong_arn_format',
    ),
    'test_unknown_topic_publish error': withTopic('Publish', { TopicArn: `${TOPIC}-fake`, Message }),
    'test_publish_non_existent_target non-existent-endpoint': [
      ['sns.Publish', { TargetArn: `arn:aws:sns:${REGION}:${ACCOUNT}:endpoint/APNS/a/0f7d5971`, Message }],
    ],
    'test_publish_with_empty_subject response-with-empty-subject': withTopic('Publish', { Message, Subject: '' }),
    'test_empty_sns_message empty-msg-error': withTopic('Publish', { Message: '' }),
    'test_publish_too_long_message error': withTopic('Publish', { Message: 'a'.repeat(264_000) }),
    // With an attribute of 13 bytes.
    'test_publish_too_long_message error-with-attrs': withTopic('Publish', {
      Message: 'a'.repeat(262_144 - 12 + 1),
      MessageAttributes: { attr1: text('1', 'Number') },
    }),
    'test_message_structure_json_exc missing-default-key': structured('{"sqs":"news"}'),
    'test_message_structure_json_exc invalid-json': structured('{"default":"news"} }'),
    'test_message_structure_json_exc key-is-not-string': structured('{"default":{"object":"news"}}'),
    ...requestsFor(
      {
        missing_string_attr: { attr1: text('') },
        fully_missing_string_attr: { attr1: { DataType: 'String' } },
        fully_missing_data_type: { attr1: { StringValue: 'value' } },
        missing_binary_attr: { attr1: bytes('') },
        str_attr_binary_value: { attr1: bytes('123', 'String') },
        int_attr_binary_value: { attr1: bytes('123', 'Number') },
        binary_attr_string_value: { attr1: text('123', 'Binary') },
        invalid_attr_string_value: { attr1: text('123', 'InvalidType') },
        too_long_name: { ['a'.repeat(257)]: text('123') },
        invalid_name: { 'a^*?': text('123') },
        invalid_name_2: { '.abc': text('123') },
        invalid_name_3: { 'abc.': text('123') },
        invalid_name_4: { 'a..bc': text('123') },
      },
      publish,
      'test_empty_or_wrong_message_attributes',
    ),
    'test_message_attributes_prefixes publish-error': publish({ attr1: text('prefixed', 'String.') }),
    'test_message_attributes_prefixes publish-error-2': publish({ attr1: text('prefixed', 'Stringprefixed') }),
    'test_validations_for_fifo no-msg-group-id': withFifoTopic('Publish', { Message }),
    'test_validations_for_fifo no-dedup-policy': withFifoTopic('Publish', { Message, MessageGroupId: 'group' }),
    'test_validations_for_fifo no-msg-dedup-regular-topic': withTopic('Publish', {
      Message,
      MessageDeduplicationId: 'x',
    }),
    'test_validations_for_fifo not-fifo-topic': subscribe('sqs', `${QUEUE}.fifo`),
    'test_publish_wrong_phone_format invalid-number': [['sns.Publish', { Message, PhoneNumber: '+1a234' }]],
    'test_publish_wrong_phone_format wrong-format': [['sns.Publish', { Message, PhoneNumber: 'NAA+15551234567' }]],
    'test_publish_wrong_phone_format wrong-endpoint': subscribe('sms', 'NAA+15551234567'),
    'test_topic_publish_another_region error': withTopic('Publish', { Message }, OTHER_REGION),
    'test_cross_region_access set-topic-attrs': withTopic(
      'SetTopicAttributes',
      { AttributeName: 'DisplayName', AttributeValue: 'two' },
      OTHER_REGION,
    ),
    'test_cross_region_access get-topic-attrs': withTopic('GetTopicAttributes', {}, OTHER_REGION),
    'test_cross_region_access cross-region-publish-forbidden': withTopic('Publish', { Message }, OTHER_REGION),
    'test_cross_region_access cross-region-subscribe': withTopic(
      'Subscribe',
      { Protocol: 'email', Endpoint: 'operator@example.com' },
      OTHER_REGION,
    ),
    'test_cross_region_delivery_sqs subscribe-cross-region': withTopic(
      'Subscribe',
      { Protocol: 'sqs', Endpoint: QUEUE.replace(REGION, OTHER_REGION) },
      OTHER_REGION,
    ),
    'test_subscribe_with_invalid_protocol exception': subscribe('test-protocol', 'operator@example.com'),
    ...requestsFor(
      {
        'test_subscribe_with_invalid_topic invalid-subscribe-arn-1': 'randomstring',
        'test_subscribe_with_invalid_topic invalid-subscribe-arn-2': 'arn:aws:sns:us-east-1:random',
        'test_subscribe_with_invalid_topic non-existent-topic': TOPIC,
        'test_subscribe_unknown_topic subscribe-unknown-topic': TOPIC,
      },
      (TopicArn) => [['sns.Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'operator@example.com' }]],
    ),
    ...requestsFor(
      {
        'test_subscribe_to_sqs_with_queue_url sub-queue-url': `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/queue`,
        'test_subscribe_sqs_queue_url subscribe-sqs-via-url-error': `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/queue`,
        'test_subscribe_unknown_sqs_queue subscribe-unknown-sqs-invalid_arn': 'unknown',
      },
      (endpoint) => subscribe('sqs', endpoint),
    ),
    ...requestsFor(
      {
        'test_subscribe_bad_sms subscribe-bad-sms': 'invalid-number',
        'test_subscribe_invalid_sms subscribe-bad-sms-+15--551234567': '+15--551234567',
        'test_subscribe_invalid_sms subscribe-bad-sms-NAA+15551234567': 'NAA+15551234567',
        'test_subscribe_invalid_sms subscribe-bad-sms-+15551234567.': '+15551234567.',
        'test_subscribe_invalid_sms subscribe-bad-sms-/+15551234567': '/+15551234567',
      },
      (endpoint) => subscribe('sms', endpoint),
    ),
    'test_create_subscriptions_with_attributes subscribe-wrong-attr': withTopic('Subscribe', {
      ...{ Protocol: 'sqs', Endpoint: QUEUE },
      Attributes: { RawMessageDelivery: 'wrongvalue', FilterPolicyScope: 'MessageBody', FilterPolicy: '' },
    }),
    test_subscribe_invalid_filter_policy: filtered('invalid-json'),
    test_validate_policy: fromItsRefusal,
    test_validate_policy_string_operators: fromItsRefusal,
    test_validate_policy_numeric_operator: fromItsRefusal,
    test_validate_policy_exists_operator: fromItsRefusal,
    test_validate_policy_nested_anything_but_operator: fromItsRefusal,
    ...requestsFor(
      {
        'error-condition-bad-cidr-str': 'bad-filter',
        'error-condition-bad-cidr-str-slash': 'bad-filter/64',
        'error-condition-bad-cidr-str-slash-2': 'bad-/64filter',
        'error-condition-bad-cidr-v4': 'xx.11.xx/8',
        'error-condition-bad-cidr-v6': 'xxxx:db8:1234:1a00::/64',
      },
      cidr,
      'test_validate_policy_string_operators',
    ),
    ...requestsFor(
      {
        'error-complexity-in-one-condition': { key: values(151) },
        'error-complexity-in-two-conditions': { key1: values(100), key2: values(51) },
        'error-complexity-too-many-fields': { a: ['a'], b: ['b'], c: ['c'], d: ['d'], e: ['e'], f: ['f'] },
      },
      (policy) => filtered(JSON.stringify(policy)),
      'test_policy_complexity',
    ),
    // Four times six and four times eight: 152.
    'test_policy_complexity_with_or error-complexity-or-flat': filtered(
      JSON.stringify({
        a: values(4),
        $or: [{ b: values(6) }, { c: values(4), $or: [{ d: values(4) }, { e: values(4) }] }],
      }),
    ),
    // Five times four times eight: 160.
    'test_policy_complexity_with_or error-complexity-or-nested': filtered(
      JSON.stringify({
        $or: [{ a: values(3) }, { b: values(2) }],
        c: { d: values(2), $or: [{ e: values(1) }, { f: values(3) }] },
      }),
      'MessageBody',
    ),
    'test_subscribe_idempotency subscribe-diff-attributes': [
      ...withTopic('Subscribe', { Protocol: 'sqs', Endpoint: QUEUE, Attributes: { RawMessageDelivery: 'true' } }),
      [
        'sns.Subscribe',
        { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { RawMessageDelivery: 'false' } },
      ],
    ],
  },
  gaps: [
    [/test_tags /, 'sns.TagResource'],
    [/test_publish_batch_| (batch-|error-batch)/, 'sns.PublishBatch'],
    [/test_cross_region_access list-subs/, 'sns.ListSubscriptionsByTopic'],
    [/test_cross_region_access delete-topic/, 'sns.DeleteTopic'],
    [/_confirm_subscription_|_external_http_endpoint/, 'sns.ConfirmSubscription'],
    [/ get-(attrs-nonexistent-sub|sub-attrs-nonexistent)/, 'sns.GetSubscriptionAttributes'],
    [/test_unsubscribe_/, 'sns.Unsubscribe'],
    [/_add_permission_/, 'sns.AddPermission'],
    [/_remove_permission_/, 'sns.RemovePermission'],
    [/_sms_attributes/, 'sns.SetSMSAttributes'],
    [/_opt_in_/, 'sns.OptInPhoneNumber'],
    [
      / (invalid-application-name|invalid-platform|platform-application-no-attributes)/,
      'sns.CreatePlatformApplication',
    ],
    [/test_[gs]et_platform_application_/, 'sns.SetPlatformApplicationAttributes'],
    [/_platform_endpoint_|_of_deleted_app/, 'sns.CreatePlatformEndpoint'],
    [
      /_set_sub_attributes|_set_subscription_|regular-queue-for-dlq|test_sub_filter_policy_/,
      'sns.SetSubscriptionAttributes',
    ],
  ],
};
