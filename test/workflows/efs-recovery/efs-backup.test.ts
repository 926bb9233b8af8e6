import {
  BACKUP_ROLE,
  close,
  FILE_SYSTEM_ARN,
  open,
  pass,
  ROLE,
  run,
  sampleWorld,
  world,
} from '../../../scenarios/efs-recovery/recovery';

afterEach(close);

describe('A run of efs-backup', () => {
  it('backs the file system up to the named vault and returns the recovery point and the job (S2-F01, S2-F04)', async () => {
    // Act
    const backup = await run('efs-backup');

    // Assess
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.backupJobs).toEqual([
      expect.objectContaining({
        BackupJobId: backup.output.BackupJobId,
        BackupVaultName: 'nightly',
        ResourceArn: FILE_SYSTEM_ARN,
        IamRoleArn: ROLE,
        State: 'COMPLETED',
      }),
    ]);
    expect(backup.output.BackupSizeInBytes).toBe(214748364800);
  });

  it('the recovery point that it returns is of the file system (S2-F16)', async () => {
    const backup = await run('efs-backup');
    const point = backup.backup().DescribeRecoveryPoint({
      BackupVaultName: 'nightly',
      RecoveryPointArn: backup.output.RecoveryPointArn,
    });
    expect(point).toMatchObject({ ResourceArn: FILE_SYSTEM_ARN, Status: 'COMPLETED' });
  });

  it('starts one job, however often its start is repeated (S2-F02)', async () => {
    const faults = [{ call: 'backup:StartBackupJob', fault: 'crashAfter' as const }];
    const backup = await run('efs-backup', { faults });
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.backupJobs).toHaveLength(1);
  });

  it('waits for a job of six days with a handful of events, and says how long recovery takes (S2-F03, S2-F05)', async () => {
    // Act
    const backup = await run('efs-backup', { world: sampleWorld('efs-backup-six-days') });

    // Assess
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.output.RecoveryTime).toBeGreaterThanOrEqual(6 * 24 * 3600);
    expect(backup.output.RecoveryTime).toBeLessThan(6 * 24 * 3600 + 600);
    expect(backup.execution.stateTransitions).toBeLessThan(10);
    expect(backup.execution.history.length).toBeLessThan(50);
  }, 300_000);

  it('reports a job that completed with issues as that', async () => {
    const backupJobs = [
      { Resource: '*', State: 'COMPLETED' as const, StatusMessage: '3 files could not be read', DurationSeconds: 60 },
    ];
    const backup = await run('efs-backup', {
      world: world('efs-backup', { backupJobs, parameters: { NotifyOnSuccess: 'No' } }),
    });
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.output.Warning).toBe('completed with issues: 3 files could not be read');
    expect(backup.notifications).toHaveLength(1);
  });

  it.each(['PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED'] as const)(
    'fails with the words of a job that ends %s',
    async (State) => {
      const backupJobs = [{ Resource: '*', State, StatusMessage: 'the words of AWS Backup', DurationSeconds: 60 }];
      const backup = await run('efs-backup', { world: world('efs-backup', { backupJobs }) });
      expect(backup).toMatchObject({ status: 'FAILED', error: 'BackupJobFailedError' });
      expect(backup.cause).toContain(`is ${State}: the words of AWS Backup`);
      expect(backup.notifications.map(({ subject }) => subject)).toEqual(['FAILED: efs-backup run-1']);
    },
  );

  it('passes lifecycle, tags and windows on', async () => {
    const input = {
      Lifecycle: { DeleteAfterDays: 35 },
      RecoveryPointTags: { reason: 'release' },
      StartWindowMinutes: 60,
      CompleteWindowMinutes: 240,
    };
    const backup = await run('efs-backup', { input });
    const [point] = backup.backup().snapshot().recoveryPoints;
    expect(point).toMatchObject({ Lifecycle: { DeleteAfterDays: 35 }, Tags: { reason: 'release' } });
  });

  it('reaches the file system of another account through AutomationAssumeRole, for days (S2-F12)', async () => {
    // Prepare: the credentials of the role end after an hour
    const other = '444455556666';
    const assumed = `arn:aws:iam::${other}:role/recovery`;
    const roleThere = `arn:aws:iam::${other}:role/backup`;
    const base = world('efs-backup', {
      fileSystems: [],
      parameters: { AssumableRoleArns: assumed },
      otherAccounts: {
        [other]: {
          fileSystems: world('efs-backup').fileSystems,
          vaults: [{ BackupVaultName: 'nightly' }],
          backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 10 * 3600 }],
          roles: [
            { RoleName: 'backup', ...BACKUP_ROLE },
            {
              RoleName: 'recovery',
              TrustedServices: [],
              TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
              ManagedPolicies: [],
              Policies: {
                recovery: {
                  Version: '2012-10-17',
                  Statement: [
                    {
                      Effect: 'Allow',
                      Action: ['elasticfilesystem:Describe*', 'backup:*', 'iam:PassRole'],
                      Resource: '*',
                    },
                  ],
                },
              },
            },
          ],
        },
      },
    });

    // Act
    const backup = await run('efs-backup', {
      world: base,
      input: { AutomationAssumeRole: assumed, BackupJobIamRoleArn: roleThere },
    });

    // Assess
    expect(backup.cause).toBe('');
    const there = backup.simulation.account.account(other)?.region('eu-west-1').backup.snapshot();
    expect(there?.recoveryPoints.map(({ RecoveryPointArn }) => RecoveryPointArn)).toEqual([
      backup.output.RecoveryPointArn,
    ]);
  }, 60_000);
});

describe('The schedule of efs-backup', () => {
  const EfsBackupScheduleInput = JSON.stringify({
    FileSystemID: 'fs-0123456789abcdef0',
    BackupVaultName: 'nightly',
    BackupJobIamRoleArn: ROLE,
  });

  it('is disabled by default', async () => {
    const simulation = await open('efs-backup', {
      world: world('efs-backup', { parameters: { EfsBackupScheduleInput } }),
    });
    await pass(simulation, 25 * 3600);
    expect(simulation.region.stepFunctions.executions.size).toBe(0);
  }, 60_000);

  it('starts a run with the input of its parameter when it is enabled', async () => {
    const parameters = { EfsBackupScheduleInput, EfsBackupScheduleState: 'ENABLED' };
    const simulation = await open('efs-backup', { world: world('efs-backup', { parameters }) });
    await pass(simulation, 6 * 3600);
    expect([...simulation.region.stepFunctions.executions.values()].map(({ status }) => status)).toEqual(['SUCCEEDED']);
  }, 60_000);
});
