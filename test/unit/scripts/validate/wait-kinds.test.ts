import { readFileSync } from 'node:fs';
import { Project, TEMPLATE } from '../../../../scripts/validate/project';
import { waitKinds } from '../../../../scripts/validate/wait-kinds';

const template = readFileSync(TEMPLATE, 'utf8');

/** What the check says about the template with one text in place of another, at its first place after `from`. */
async function findings(from: string, before: string, after: string): Promise<string[]> {
  const start = template.indexOf(before, template.indexOf(`  ${from}:`));
  const text = template.slice(0, start) + after + template.slice(start + before.length);
  return (await waitKinds(new Project({ [TEMPLATE]: text }))).map(({ message }) => message);
}

describe('A kind of wait', () => {
  it('has its event and its rights in the template', async () => {
    expect(await findings('ResumeWaitFunction', 'ResumeWait', 'ResumeWait')).toEqual([]);
  });

  it('is not woken by an event that the rule leaves out', async () => {
    const found = await findings('ResumeWaitFunction', '- Copy Job State Change', '- Vault State Change');
    expect(found).toEqual([
      'Copy Job State Change is missing, which waits of the kind copy-job need.',
      'Vault State Change is there, and no kind of wait needs it.',
    ]);
  });

  it('cannot look without a right of the functions that look', async () => {
    const found = await findings('ResumeTasksPolicy', 'ec2:DescribeSnapshots,', '');
    expect(found).toEqual([
      'ResumeWaitFunction: ec2:DescribeSnapshots is missing, which waits of the kind snapshot-started need.',
      'ReconcileWaitsFunction: ec2:DescribeSnapshots is missing, which waits of the kind snapshot-started need.',
    ]);
  });

  it('needs more of the reconciler, which looks without an event as well', async () => {
    const found = await findings('ReconcileWaitsFunction', 'dynamodb:DescribeBackup', 'dynamodb:ListBackups');
    expect(found).toEqual([
      'ReconcileWaitsFunction: dynamodb:DescribeBackup is missing, which waits of the kind table-backup need.',
      'ReconcileWaitsFunction: dynamodb:ListBackups is there, and no kind of wait needs it.',
    ]);
  });
});
