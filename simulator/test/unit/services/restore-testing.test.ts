import { Account } from '../../../account';
import { fileSystemId, homeVaultArn, sourcePoint } from './file-system-world';
import { testJobs, withPlan } from './restore-tests';

const HOUR = 3600;

let account: Account;
beforeEach(() => {
  account = new Account({ startAt: '2026-11-20T22:00:00Z' });
});
afterEach(() => account.close());

const passes = (hours: number) => account.clock.runUntil(account.clock.sleep(hours * HOUR), hours * HOUR + 1);
const refusal = (request: () => unknown) => {
  try {
    request();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('A restore testing plan', () => {
  it('restores one recovery point of each selected resource within its start window, into what has its tag', async () => {
    const { planArn } = withPlan(account);

    await passes(5);

    const [job, ...others] = testJobs(account, planArn);
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      RecoveryPointArn: sourcePoint,
      Status: 'COMPLETED',
      CreatedBy: { RestoreTestingPlanArn: planArn },
    });
    const id = job?.CreatedResourceArn?.split('/').at(-1) ?? '';
    expect(id).not.toBe(fileSystemId);
    expect(account.region().efs.fileSystem(id)?.tags).toHaveProperty('awsbackup-restore-test');
    const late = (job?.CreationDate?.getTime() ?? 0) - Date.parse('2026-11-21T02:00:00Z');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(HOUR * 1000);
  });

  it('names itself in the events of its jobs', async () => {
    const { planArn } = withPlan(account);

    await passes(6);

    const details = account
      .region()
      .events.seen.map(({ event }) => event.detail as { status?: string; restoreTestingPlanArn?: string })
      .filter(({ status }) => status === 'COMPLETED');
    expect(details).toContainEqual(expect.objectContaining({ restoreTestingPlanArn: planArn }));
  });

  it('leaves out a resource whose latest recovery point has other tags', async () => {
    const conditions = { StringEquals: [{ Key: 'aws:ResourceTag/Team', Value: 'data' }] };
    const { planArn } = withPlan(account, {}, { ProtectedResourceConditions: conditions });

    await passes(30);

    expect(testJobs(account, planArn)).toEqual([]);
  });

  it('has a job that failed when its role cannot be assumed', async () => {
    const { planArn } = withPlan(account, {}, { IamRoleArn: 'arn:aws:iam::111122223333:role/OtherRole' });

    await passes(5);

    expect(testJobs(account, planArn)).toMatchObject([
      { Status: 'FAILED', StatusMessage: expect.stringContaining('cannot be assumed') },
    ]);
  });

  it('takes no name with a hyphen, and is not deleted before its selections', () => {
    const { backup } = withPlan(account);
    const plan = {
      RestoreTestingPlanName: 'stack-nightly',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      RecoveryPointSelection: {
        Algorithm: 'LATEST_WITHIN_WINDOW' as const,
        IncludeVaults: [homeVaultArn],
        RecoveryPointTypes: ['SNAPSHOT' as const],
      },
    };

    expect(refusal(() => backup.CreateRestoreTestingPlan({ RestoreTestingPlan: plan }))).toBe(
      'InvalidParameterValueException',
    );
    expect(refusal(() => backup.restoreTesting.deletePlan({ RestoreTestingPlanName: 'nightly' }))).toBe(
      'InvalidRequestException',
    );
  });
});

describe('The validation window', () => {
  it('takes a result, and ends with the deletion of what was restored', async () => {
    const { backup, planArn } = withPlan(account);
    await passes(6);
    const [{ RestoreJobId, CreatedResourceArn } = {}] = testJobs(account, planArn);

    backup.PutRestoreValidationResult({
      RestoreJobId,
      ValidationStatus: 'SUCCESSFUL',
      ValidationStatusMessage: 'fine',
    });
    await passes(5);

    expect(backup.DescribeRestoreJob({ RestoreJobId })).toMatchObject({
      ValidationStatus: 'SUCCESSFUL',
      ValidationStatusMessage: 'fine',
      DeletionStatus: 'SUCCESSFUL',
    });
    expect(account.region().efs.fileSystem(CreatedResourceArn?.split('/').at(-1) ?? '')).toBeUndefined();
  });

  it('refuses a result that comes after it, and calls the test timed out', async () => {
    const { backup, planArn } = withPlan(account);
    await passes(12);
    const [{ RestoreJobId } = {}] = testJobs(account, planArn);

    const put = () => backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'SUCCESSFUL' });

    expect(refusal(put)).toBe('InvalidRequestException');
    expect(backup.DescribeRestoreJob({ RestoreJobId }).ValidationStatus).toBe('TIMED_OUT');
  });

  it('says why it could not delete what has a mount target', async () => {
    const { backup, planArn } = withPlan(account, { DeletionFails: 'The file system has mount targets.' });

    await passes(12);

    const [{ RestoreJobId } = {}] = testJobs(account, planArn);
    expect(backup.DescribeRestoreJob({ RestoreJobId })).toMatchObject({
      DeletionStatus: 'FAILED',
      DeletionStatusMessage: 'The file system has mount targets.',
    });
  });

  it('is not there for a restore that is not tested', async () => {
    const { backup } = withPlan(account);
    const Metadata = {
      'file-system-id': fileSystemId,
      Encrypted: 'true',
      PerformanceMode: 'generalPurpose',
      newFileSystem: 'true',
      CreationToken: 'mine',
    };
    const IamRoleArn = 'arn:aws:iam::111122223333:role/BackupRole';
    const { RestoreJobId } = backup.StartRestoreJob({ RecoveryPointArn: sourcePoint, IamRoleArn, Metadata });
    await passes(1);

    const put = () => backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'SUCCESSFUL' });

    expect(refusal(put)).toBe('InvalidRequestException');
  });
});
