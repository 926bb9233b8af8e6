import { readFileSync } from 'node:fs';
import { stateMachineOutput, workflows } from '../../../cli/workflows';
import { workflowNames } from '../../../scripts/workflows';

const machines = workflowNames('.').filter((name) => name !== 'efs-to-efs');

it('knows every workflow that a person can start, and no other', () => {
  expect(Object.keys(workflows)).toEqual(machines);
});

it.each(machines)('finds the state machine of %s in the outputs of the template', (name) => {
  expect(readFileSync('template.yaml', 'utf8')).toContain(`\n  ${stateMachineOutput(name)}:\n`);
});

it.each(machines)('accepts the example input of %s, and names its target', (name) => {
  const input = JSON.parse(readFileSync(`events/${name}.json`, 'utf8'));

  expect(workflows[name]?.problemsOf(input)).toEqual([]);
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
