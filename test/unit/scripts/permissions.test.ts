import { differencesOf } from '../../../scripts/permissions/compare';
import type { Grant } from '../../../scripts/permissions/grants';
import { grantsOf } from '../../../scripts/permissions/grants';
import { renderPermissions } from '../../../scripts/permissions/page';
import { problemsOfUse } from '../../../scripts/permissions/use';

const grant: Grant = {
  role: 'ReportRunFunctionRole',
  policy: 'ReportRunFunctionRolePolicy0',
  statement: 'statement 1',
  action: 'dynamodb:GetItem',
  resources: ['RunsTable'],
  condition: '',
};
const USED = new Set(['ReportRunFunctionRole ReportRunFunctionRolePolicy0 statement 1 dynamodb:GetItem']);

describe('Two templates', () => {
  it('have the same rights, whatever policies and statements say so', () => {
    expect(differencesOf([grant], [{ ...grant, policy: 'ReadRunPolicy', statement: 'statement 2' }])).toEqual([]);
  });

  it('differ by actions, resources and conditions', () => {
    const wider = { ...grant, resources: ['RunsTable', 'LocksTable'] };
    const limited = { ...grant, condition: '{"Bool":{}}' };
    expect(differencesOf([grant], [wider])).toEqual(['+ ReportRunFunctionRole dynamodb:GetItem LocksTable']);
    expect(differencesOf([grant], [limited])).toEqual([
      '- ReportRunFunctionRole dynamodb:GetItem RunsTable',
      '+ ReportRunFunctionRole dynamodb:GetItem RunsTable if {"Bool":{}}',
    ]);
  });
});

describe('The permissions of the roles', () => {
  it('are all needed by a run', () => {
    expect(problemsOfUse([grant], { used: USED, refused: [] })).toEqual([]);
    expect(problemsOfUse([grant], { used: new Set(), refused: [] })).toEqual([
      'ReportRunFunctionRole may dynamodb:GetItem on RunsTable, and no run has needed it',
    ]);
  });

  it('may be there for moments that no run comes to, with a reason', () => {
    const rare = { ...grant, action: 'states:SendTaskFailure' };

    expect(problemsOfUse([rare], { used: new Set(), refused: [] })).toEqual([]);
    expect(renderPermissions([rare])).toContain('| not always: an attempt may begin after the deadline');
  });

  it('are enough for every run but those that want to be refused', () => {
    const request = 'ReportRunFunctionRole dynamodb:Scan arn:aws:dynamodb:eu-west-1:1:table/x';

    expect(problemsOfUse([], { used: new Set(), refused: [[request, 'reports a run']] })).toEqual([
      `${request} was refused in 'reports a run'`,
    ]);
  });

  it("are those of the stack's own roles, each with its resources by their names", () => {
    const grants = grantsOf('template.yaml');
    expect(grants).toContainEqual({
      ...grant,
      policy: 'ReportRunFunctionRolePolicy2',
      action: 'dynamodb:Query',
    });
    expect(grants).toContainEqual({
      ...grant,
      policy: 'NotifyPolicy',
      action: 'sns:Publish',
      resources: ['NotificationTopic'],
    });
  });
});
