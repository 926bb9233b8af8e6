import { readdirSync, readFileSync } from 'node:fs';
import { machineWorkflows, stateMachineOutput, workflows } from '../../../cli/workflows';

it('knows every state machine that a person can start, and no other', () => {
  const files = readdirSync('statemachines').map((file) => file.replace('.asl.json', ''));
  expect(machineWorkflows).toEqual(files.filter((name) => !name.endsWith('-undo')));
});

it.each(machineWorkflows)('finds the state machine of %s in the outputs of the template', (name) => {
  expect(readFileSync('template.yaml', 'utf8')).toContain(`\n  ${stateMachineOutput(name)}:\n`);
});

it.each(machineWorkflows)('accepts the example input of %s, and names its target', async (name) => {
  const input = JSON.parse(readFileSync(`events/${name}.json`, 'utf8'));

  expect(await workflows[name]?.problemsOf(input)).toEqual([]);
  expect(workflows[name]?.targetOf(input)).toMatch(/^(ParksAr|Products|fs-0123456789abcdef0|backup-job=true)$/);
});

it.each([
  ['dynamodb-table-operation', { Operation: 'DeleteTable', TableName: 'Parks' }, 'Parks'],
  ['dynamodb-table-operation', { Operation: 'CreateBackup', TableName: 'Parks' }, undefined],
  ['dynamodb-swap-restore', { TableName: 'Parks', Approval: 'Skip' }, 'Parks'],
  ['dynamodb-swap-restore', { TableName: 'Parks' }, undefined],
])('knows what %s deletes without asking: %o', (name, input, doomed) => {
  expect(workflows[name]?.deletes?.(input)).toBe(doomed);
});
