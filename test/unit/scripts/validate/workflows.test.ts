import { readFileSync } from 'node:fs';
import { Project, TEMPLATE } from '../../../../scripts/validate/project';
import { workflowList } from '../../../../scripts/validate/workflows';

const template = readFileSync(TEMPLATE, 'utf8');

/** What the check says about the template without a text that stands after `from`. */
async function findingsWithout(text: string, from: string): Promise<string[]> {
  const start = template.indexOf(text, template.indexOf(from));
  const project = new Project({ [TEMPLATE]: template.slice(0, start) + template.slice(start + text.length) });
  return (await workflowList(project)).map(({ message }) => message);
}

const EVENTS = 'Resources.CloseRunFunction.Properties.Events.ExecutionIsOver';

describe('A workflow', () => {
  it('is named everywhere in the template where all of them are', async () => {
    expect(await workflowList(new Project({ [TEMPLATE]: template }))).toEqual([]);
  });

  it.each([
    [
      'the list of undos',
      '"stateMachineArn": "${EfsBackupStateMachine}",',
      'WORKFLOWS:',
      '{"workflow":"efs-backup","stateMachineArn":"${EfsBackupStateMachine}","undoStateMachineArn":"${EfsRecoveryUndoStateMachine}"} is missing',
    ],
    [
      'what tells the end of its executions',
      '- !If [HasEfsRecovery, !Ref EfsCopyRestoreStateMachine, !Ref AWS::NoValue]\n                  ',
      'stateMachineArn:\n',
      `${EVENTS} does not name EfsCopyRestoreStateMachine, of efs-copy-restore`,
    ],
    [
      'what tells the end of its undo',
      '- !If [HasPrePostBackup, !Ref PrePostBackupUndoStateMachine, !Ref AWS::NoValue]\n                  ',
      'stateMachineArn:\n',
      `${EVENTS} does not name PrePostBackupUndoStateMachine, of pre-post-backup`,
    ],
    [
      'the dashboard',
      '"${EfsBackupStateMachine}"',
      '  Dashboard:',
      'Resources.Dashboard does not name EfsBackupStateMachine, of efs-backup',
    ],
    [
      'the outputs',
      '!Ref PrePostBackupStateMachine',
      '\nOutputs:',
      'Outputs.PrePostBackupStateMachineArn does not name PrePostBackupStateMachine, of pre-post-backup',
    ],
  ])('is missed in %s', async (_place, text, from, finding) => {
    expect(await findingsWithout(text, from)).toEqual([finding]);
  });
});
