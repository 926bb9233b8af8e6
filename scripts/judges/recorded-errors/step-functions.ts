import { ACCOUNT, type Call, REGION, type Request, type RequestTable, requestsFor } from './request-table';

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:machine`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/role`;

const pass = (result: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Answer',
    States: { Answer: { Type: 'Pass', Output: result, End: true } },
  });
const task = (name: string, state: object) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: name,
    States: { [name]: { Type: 'Task', End: true, ...state } },
  });
const create = (definition: string, others: object = {}): Call => [
  'stepFunctions.CreateStateMachine',
  { name: 'machine', definition, roleArn, ...others },
];
const created = create(pass('one'));
const start = (input: string, name?: string): Call => [
  'stepFunctions.StartExecution',
  { stateMachineArn: MACHINE, input, name },
];
const list = (input: object): Request => [
  created,
  ['stepFunctions.ListExecutions', { stateMachineArn: MACHINE, ...input }],
];
const withCredentials = (Credentials: object) =>
  create(task('State0', { Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' }, Credentials }));
const express = (name: string, Resource: string) => create(task(name, { Resource }), { type: 'EXPRESS' });
const update = (input: object): Call => ['stepFunctions.UpdateStateMachine', { stateMachineArn: MACHINE, ...input }];

export const stepFunctions: RequestTable = {
  requests: {
    test_invalid_credentials_field: (kind) => [
      withCredentials(kind === 'EMPTY_CREDENTIALS' ? {} : { InvalidField: 'invalid' }),
    ],
    test_create_delete_invalid_sm: [create('{"QueryLanguage":"JSONata","StartAt":"Answer"}')],
    // The same definition, written otherwise.
    test_create_duplicate_definition_format_sm: [created, create(JSON.stringify(JSON.parse(pass('one')), null, 4))],
    test_create_duplicate_sm_name: [created, create(pass('two'))],
    test_invalid_start_execution_arn: [
      ['stepFunctions.StartExecution', { stateMachineArn: MACHINE.replace('machine', 'statemachine_invalid_') }],
    ],
    ...requestsFor(
      { start_exec_str_inp: 'not some json', start_exec_not_json_inp: "{'not': 'json'", start_res_empty: '' },
      (input) => [created, start(input)],
      'test_invalid_start_execution_input',
    ),
    test_create_update_state_machine_base_update_none: [created, update({})],
    test_state_machine_status_filter: list({ statusFilter: 'succeeded' }),
    'test_list_executions_pagination list-executions-invalid-param-too-large': list({ maxResults: 1001 }),
    'test_list_executions_pagination list-executions-invalid-param-long-nextToken': list({
      nextToken: 'x'.repeat(3097),
    }),
    'test_list_executions_versions_pagination list-executions-invalid-param-too-large': list({ maxResults: 1001 }),
    'test_list_executions_versions_pagination list-executions-invalid-param-long-nextToken': list({
      nextToken: 'x'.repeat(3097),
    }),
    'test_list_sms_pagination list-state-machines-invalid-param-too-large': [
      ['stepFunctions.ListStateMachines', { maxResults: 1001 }],
    ],
    'test_list_sms_pagination list-state-machines-invalid-param-long-nextToken': [
      ['stepFunctions.ListStateMachines', { nextToken: 'x'.repeat(1025) }],
    ],
    test_start_execution_idempotent: [created, start('{}', 'run'), start('{"body":"different-data"}', 'run')],
    test_start_async_describe_history_execution: [express('Answer', 'arn:aws:states:::lambda:invoke')],
    test_illegal_callbacks: (kind) => [
      kind === 'SYNC'
        ? express('StartExecution', 'arn:aws:states:::states:startExecution.sync')
        : express('Publish', 'arn:aws:states:::sns:publish.waitForTaskToken'),
    ],
    test_illegal_activity_task: [express('ActivityTask', `arn:aws:states:${REGION}:${ACCOUNT}:activity:activity`)],
    test_create_with_version_description_no_publish: [create(pass('one'), { versionDescription: 'first' })],
    'test_update_state_machine invalid_arn_1': [
      created,
      update({ stateMachineArn: `${MACHINE}:2`, definition: pass('two') }),
    ],
    'test_update_state_machine invalid_arn_2': [
      created,
      update({ stateMachineArn: `${MACHINE}:2`, definition: pass('two'), publish: true }),
    ],
  },
  gaps: [
    [/^test_start_sync_execution/, 'stepFunctions.StartSyncExecution'],
    [/_activity_invalid_name|_deleted_activity|_activity_task_deleted/, 'stepFunctions.CreateActivity'],
    [/_aliases_/, 'stepFunctions.ListStateMachineAliases'],
    [/_state_machine_versions_/, 'stepFunctions.ListStateMachineVersions'],
    [
      /^test_(strict|present)_mode_|mock|^test_map_iteration_|^test_parallel_state_|^test_state_name_|_no_role_arn_/,
      'stepFunctions.TestState',
    ],
  ],
};
