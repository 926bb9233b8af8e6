import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { ACCOUNT, REGION, type Request, type RequestTable, requestsFor } from './request-table';

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
const EventPattern = '{"source":["core.update-account-command"]}';
const EVENT = {
  ...{ id: '1', source: 'test-source', 'detail-type': 'test', account: ACCOUNT, region: REGION, resources: [] },
  ...{ time: '2022-07-13T13:48:01Z', detail: { test: 'test' } },
};

const putTargets = (...Targets: object[]): Request => [
  ['sqs.CreateQueue', { QueueName: 'queue' }],
  ['events.PutRule', { Name: 'rule', EventPattern }],
  ['events.PutTargets', { Rule: 'rule', Targets }],
];
const testPattern = (Event: string, pattern: string): Request => [
  ['events.TestEventPattern', { Event, EventPattern: pattern }],
];
const testEvent = (event: string) => testPattern(event, '{"body":{"test2":[{"numeric":[">",100]}]}}');
const ofMissingBus = (operation: string, input: object): Request => [[`events.${operation}`, input]];
const transformer = (InputTemplate: string) => ({
  InputPathsMap: { 'detail-type': '$.detail-type', command: '$.detail.command' },
  InputTemplate,
});

export const events: RequestTable = {
  requests: {
    test_event_pattern: (name, { folder }) => {
      const file = join(folder, 'localstack/events/event_pattern_templates', `${name}.json5`);
      const recorded = JSON5.parse(readFileSync(file, 'utf8')) as { Event: object; EventPattern: object };
      return testPattern(JSON.stringify(recorded.Event), JSON.stringify(recorded.EventPattern));
    },
    test_invalid_json_event_pattern: (pattern) => testPattern(JSON.stringify(EVENT), pattern),
    test_plain_string_payload: testEvent('plain string'),
    test_invalid_event_payload: testEvent('{"testEvent":"value"}'),
    test_array_event_payload: testEvent('["plain string"]'),
    test_put_event_with_too_big_detail: [
      [
        'events.PutEvents',
        {
          Entries: [
            { Source: 'a', DetailType: 'b', Detail: JSON.stringify({ payload: ['p'.repeat(256 * 1024 - 17)] }) },
          ],
        },
      ],
    ],
    test_put_events_exceed_limit_ten_entries: (bus) => [
      ...(bus === 'custom' ? ([['events.CreateEventBus', { Name: 'bus' }]] as const) : []),
      [
        'events.PutEvents',
        {
          Entries: Array.from({ length: 11 }, () => ({
            Source: 'core.update-account-command',
            DetailType: 'core.update-account-command',
            Detail: '{"command":"update-account","payload":{"acc_id":"0a787ecb-4015","sf_id":"baz"}}',
            EventBusName: bus === 'custom' ? 'bus' : 'default',
          })),
        },
      ],
    ],
    test_create_multiple_event_buses_same_name: [
      ['events.CreateEventBus', { Name: 'bus' }],
      ['events.CreateEventBus', { Name: 'bus' }],
    ],
    ...requestsFor(
      {
        'test_describe_delete_not_existing_event_bus describe-not-existing-event-bus-error': 'DescribeEventBus',
        'test_put_events_nonexistent_event_bus non-existent-bus-error': 'DescribeEventBus',
      },
      (operation) => ofMissingBus(operation, { Name: 'missing' }),
    ),
    test_put_permission_non_existing_event_bus: ofMissingBus('PutPermission', {
      ...{ EventBusName: 'missing', Action: 'events:PutEvents', Principal: '*', StatementId: 'statement-id' },
    }),
    test_remove_permission_non_existing_sid: (parameter) => {
      const [policyExists, bus] = parameter.split('-');
      const EventBusName = bus === 'custom' ? 'bus' : 'default';
      return [
        ...(bus === 'custom' ? ([['events.CreateEventBus', { Name: 'bus' }]] as const) : []),
        ...(policyExists === 'True'
          ? ([
              [
                'events.PutPermission',
                { EventBusName, Action: 'events:PutEvents', Principal: ACCOUNT, StatementId: 'statement' },
              ],
            ] as const)
          : []),
        ['events.RemovePermission', { EventBusName, StatementId: 'non-existing-sid' }],
      ];
    },
    test_describe_nonexistent_rule: [['events.DescribeRule', { Name: 'missing' }]],
    test_delete_rule_with_targets: [
      ...putTargets({ Id: 'target', Arn: QUEUE }),
      ['events.DeleteRule', { Name: 'rule' }],
    ],
    test_add_exceed_fife_targets_per_rule: putTargets(
      ...Array.from({ length: 7 }, (_, index) => ({ Id: `target-${index}`, Arn: QUEUE })),
    ),
    'test_put_target_id_validation put-targets-invalid-id-error': putTargets({ Id: '!@#$@!#$', Arn: QUEUE }),
    'test_put_target_id_validation put-targets-length-error': putTargets({
      Id: 'second-invalid-target-id-'.padEnd(79, 'x'),
      Arn: QUEUE,
    }),
    test_put_events_with_input_transformer_missing_keys: putTargets({
      ...{ Id: 'target', Arn: QUEUE, InputTransformer: transformer('"Type <detail-type> and <notdefinedkey>"') },
    }),
    test_put_event_input_path_and_input_transformer: putTargets({
      ...{ Id: 'target', Arn: QUEUE, InputPath: '$.detail', InputTransformer: transformer('{"type":<detail-type>}') },
    }),
    tests_put_rule_with_schedule_custom_event_bus: [
      ['events.CreateEventBus', { Name: 'bus' }],
      ['events.PutRule', { Name: 'rule', EventBusName: 'bus', ScheduleExpression: 'rate(1 minute)' }],
    ],
    tests_put_rule_with_invalid_schedule_cron: (ScheduleExpression) => [
      ['events.PutRule', { Name: 'rule', ScheduleExpression }],
    ],
  },
  gaps: [
    [/^test_delete_connection/, 'events.DescribeConnection'],
    [/^test_create_connection/, 'events.CreateConnection'],
    [/^test_api_destinations/, 'events.DescribeApiDestination'],
    [/^test_create_api_destination/, 'events.CreateApiDestination'],
    [/_archive_error_/, 'events.CreateArchive'],
    [/_replay/, 'events.StartReplay'],
    [/ delete-not-existing-event-bus|test_delete_default_event_bus/, 'events.DeleteEventBus'],
    [/_tag_list_|_list_tags_/, 'events.ListTagsForResource'],
  ],
};
