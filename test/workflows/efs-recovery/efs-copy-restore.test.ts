import {
  BACKUP_ROLE,
  close,
  DESTINATION,
  entry,
  FILE_SYSTEM,
  fileSystem,
  IN_DESTINATION,
  inputWith,
  JOB_SECONDS,
  open,
  pass,
  ROLE,
  Run,
  recoveryPoint,
  run,
  SOURCE,
  sampleWorld,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import type { World } from '../../../scenarios/world';
import { deployTemplate } from '../../../simulator/cloudformation';

afterEach(close);

const WORKFLOW = 'efs-copy-restore';
const NETWORK: Partial<World> = {
  subnets: [
    { SubnetId: 'subnet-0a', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}a`, Region: DESTINATION },
    { SubnetId: 'subnet-0b', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}b`, Region: DESTINATION },
  ],
  securityGroups: [{ GroupId: 'sg-0a', VpcId: 'vpc-1', Region: DESTINATION }],
};
const MOUNT_TARGETS = [
  { SubnetId: 'subnet-0a', SecurityGroupIds: ['sg-0a'] },
  { SubnetId: 'subnet-0b', SecurityGroupIds: ['sg-0a'] },
];
const COPY = recoveryPoint(20, {
  ...IN_DESTINATION,
  RecoveryPointArn: recoveryPoint(99, IN_DESTINATION).RecoveryPointArn,
});
const failingRestore = (State: 'FAILED' | 'ABORTED', LeavesFileSystem = true): Partial<World> => ({
  restoreJobs: [
    { Resource: '*', State, StatusMessage: 'the words of AWS Backup', DurationSeconds: 60, LeavesFileSystem },
  ],
});

describe('A run of efs-copy-restore', () => {
  it('copies the newest recovery point and restores the copy to a new file system (S2-F06, S2-F07, S2-F08, S2-F11, S2-F16)', async () => {
    // Act
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(19), recoveryPoint(20), recoveryPoint(18)] }),
    });

    // Assess
    expect(recovery.cause).toBe('');
    const { output, restored } = recovery;
    expect(recovery.copyJobs).toEqual([
      expect.objectContaining({
        CopyJobId: output.CopyJobId,
        SourceRecoveryPointArn: recoveryPoint(20).RecoveryPointArn,
        DestinationRecoveryPointArn: output.RecoveryPointArn,
      }),
    ]);
    expect(recovery.restoreJobs).toEqual([
      expect.objectContaining({
        RestoreJobId: output.RestoreJobId,
        RecoveryPointArn: output.RecoveryPointArn,
        CreatedResourceArn: output.RestoredFileSystemArn,
        Status: 'COMPLETED',
      }),
    ]);
    expect(restored).toMatchObject({ Region: DESTINATION });
    expect(restored?.Directories?.[0]).toMatch(/^aws-backup-restore_/);
    expect(output.RestoredDirectory).toBe('/aws-backup-restore_*');
  });

  it('says how long the whole and each step took (S2-F05)', async () => {
    const { output, execution } = await run(WORKFLOW);
    const seconds = ((execution.stopDate?.getTime() ?? 0) - execution.startDate.getTime()) / 1000;
    expect(Math.abs((output.RecoveryTime ?? 0) - seconds)).toBeLessThanOrEqual(2);
    // A job whose event is lost is looked at each minute at first.
    for (const step of ['Copy', 'Restore']) {
      expect(output.StepSeconds?.[step]).toBeGreaterThanOrEqual(JOB_SECONDS);
      expect(output.StepSeconds?.[step]).toBeLessThan(JOB_SECONDS + 90);
    }
  });

  it('gives the restored file system the settings of the source (S2-F09)', async () => {
    // Prepare
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'elasticfilesystem:ClientMount',
          Resource: `arn:aws:elasticfilesystem:${SOURCE}:111122223333:file-system/${FILE_SYSTEM}`,
          Condition: {
            StringEquals: {
              'elasticfilesystem:AccessPointArn': `arn:aws:elasticfilesystem:${SOURCE}:111122223333:access-point/fsap-0123456789abcdef0`,
            },
          },
        },
      ],
    };
    const source = fileSystem({
      LifecyclePolicies: [{ TransitionToIA: 'AFTER_30_DAYS' }, { TransitionToArchive: 'AFTER_90_DAYS' }],
      FileSystemPolicy: policy,
      AccessPoints: [
        { AccessPointId: 'fsap-0123456789abcdef0', RootDirectory: { Path: '/home' }, PosixUser: { Uid: 1, Gid: 1 } },
      ],
    });

    // Act
    const recovery = await run(WORKFLOW, { world: world(WORKFLOW, { fileSystems: source }) });

    // Assess
    const { restored } = recovery;
    expect(recovery.output.SettingsNotRestored).toBeUndefined();
    expect(restored).toMatchObject({
      Encrypted: true,
      PerformanceMode: 'generalPurpose',
      ThroughputMode: 'elastic',
      Tags: expect.objectContaining({ Name: 'shared-home' }),
      LifecyclePolicies: expect.arrayContaining([{ TransitionToArchive: 'AFTER_90_DAYS' }]),
      BackupPolicy: 'ENABLED',
      AccessPoints: [expect.objectContaining({ RootDirectory: { Path: '/home' }, PosixUser: { Uid: 1, Gid: 1 } })],
    });
    const text = JSON.stringify(restored?.FileSystemPolicy);
    expect(text).toContain(recovery.output.RestoredFileSystemArn);
    expect(text).toContain(restored?.AccessPoints?.[0]?.AccessPointId);
    expect(text).not.toContain(SOURCE);
  });

  it.each([
    ['provisioned', { ThroughputMode: 'provisioned' as const, ProvisionedThroughputInMibps: 64 }],
    ['maxIO', { PerformanceMode: 'maxIO' as const, ThroughputMode: 'bursting' as const }],
    ['an unencrypted', { Encrypted: false, KmsKeyId: undefined }],
  ])('restores %s file system as such (S2-F09)', async (_what, part) => {
    const recovery = await run(WORKFLOW, { world: world(WORKFLOW, { fileSystems: fileSystem(part) }) });
    const { KmsKeyId: _key, ...expected } = part as { KmsKeyId?: string };
    expect(recovery.restored).toMatchObject(expected);
    expect(recovery.output.SettingsNotRestored).toBeUndefined();
  });

  it('reads the settings of a source that is being updated', async () => {
    const simulation = await open(WORKFLOW);
    simulation.region.efs.UpdateFileSystem({ FileSystemId: FILE_SYSTEM, ThroughputMode: 'bursting' });
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW));
    await simulation.finish(execution);
    expect(new Run(simulation, WORKFLOW, execution).output.SettingsNotRestored).toBeUndefined();
  });

  it('passes no key of another region on; the key is the one given, or the destination’s default', async () => {
    const byDefault = await run(WORKFLOW);
    expect(byDefault.restored?.KmsKeyId).toContain(`:kms:${DESTINATION}:`);
    close();
    const DestinationKmsKeyId = `arn:aws:kms:${DESTINATION}:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000d`;
    const keys = [{ KeyId: '0a1b2c3d-0000-4000-8000-00000000000d', Region: DESTINATION }];
    const given = await run(WORKFLOW, { world: world(WORKFLOW, { keys }), input: { DestinationKmsKeyId } });
    expect(given.restored?.KmsKeyId).toBe(DestinationKmsKeyId);
  });

  it.each(['asksCaller', 'byEfs'] as const)(
    'creates mount targets that can be mounted when it says success, the first of the account (service-linked role: %s)',
    async (behaviour) => {
      const recovery = await run(WORKFLOW, {
        world: world(WORKFLOW, NETWORK),
        input: { MountTargets: MOUNT_TARGETS },
        doubts: { 'efs.serviceLinkedRole': behaviour },
      });
      expect(recovery.cause).toBe('');
      const { MountTargets } = recovery
        .efs()
        .DescribeMountTargets({ FileSystemId: recovery.output.RestoredFileSystemId });
      expect(MountTargets?.map(({ SubnetId, LifeCycleState }) => [SubnetId, LifeCycleState])).toEqual([
        ['subnet-0a', 'available'],
        ['subnet-0b', 'available'],
      ]);
      expect(recovery.output.MountTargetIds).toEqual(MountTargets?.map(({ MountTargetId }) => MountTargetId));
      expect(recovery.output.StepSeconds?.MountTargets).toBeGreaterThan(0);
    },
  );

  it('restores a given recovery point, of either vault', async () => {
    const points = [recoveryPoint(18), recoveryPoint(20), recoveryPoint(17, IN_DESTINATION)];
    for (const wanted of [points[0], points[2]]) {
      const recovery = await run(WORKFLOW, {
        world: world(WORKFLOW, { recoveryPoints: points }),
        input: { RecoveryPointArn: wanted?.RecoveryPointArn },
      });
      expect([recovery.output.RecoveryPointArn, recovery.copyJobs[0]?.SourceRecoveryPointArn]).toContain(
        wanted?.RecoveryPointArn,
      );
      close();
    }
  });
});

describe('A copy that exists', () => {
  it('is used, and no CopyJobId is returned', async () => {
    const recovery = await run(WORKFLOW, { world: sampleWorld('efs-copy-exists') });
    expect(recovery.status).toBe('SUCCEEDED');
    expect(recovery.output).not.toHaveProperty('CopyJobId');
    expect(recovery.copyJobs).toEqual([]);
    expect(recovery.output.RecoveryPointArn).toContain(`:${DESTINATION}:`);
  }, 30_000);

  it('is used by the next run after the first one made it', async () => {
    const first = await run(WORKFLOW);
    const execution = first.simulation.start(WORKFLOW, inputWith(WORKFLOW), 'run-2');
    await first.simulation.finish(execution);
    const second = new Run(first.simulation, WORKFLOW, execution);
    expect(second.output.RecoveryPointArn).toBe(first.output.RecoveryPointArn);
    expect(second.output).not.toHaveProperty('CopyJobId');
  });

  it('is waited for while another caller is making it', async () => {
    const simulation = await open(WORKFLOW);
    const { CopyJobId } = simulation.region.backup.StartCopyJob({
      RecoveryPointArn: recoveryPoint(20).RecoveryPointArn,
      SourceBackupVaultName: 'nightly',
      DestinationBackupVaultArn: inputWith(WORKFLOW).BackupVaultDestinationArn as string,
      IamRoleArn: ROLE,
    });
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW));
    await simulation.finish(execution);
    const recovery = new Run(simulation, WORKFLOW, execution);
    expect(recovery.output.CopyJobId).toBe(CopyJobId);
    expect(recovery.copyJobs).toHaveLength(1);
  });

  it('does not have to fit the vault’s lock once more', async () => {
    const vaults = [
      { BackupVaultName: 'nightly' },
      { BackupVaultName: 'recovery', Region: DESTINATION, MaxRetentionDays: 30 },
    ];
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { vaults, recoveryPoints: [recoveryPoint(20), COPY] }),
    });
    expect(recovery.status).toBe('SUCCEEDED');
  });
});

describe('A recovery whose source is gone', () => {
  it('restores what the recovery point knows if the file system is deleted, and names the rest', async () => {
    const recovery = await run(WORKFLOW, { world: sampleWorld('efs-source-deleted') });
    expect(recovery.status).toBe('SUCCEEDED');
    expect(recovery.restored).toMatchObject({ Encrypted: true, PerformanceMode: 'generalPurpose' });
    expect(recovery.restored?.KmsKeyId).toContain(`:kms:${DESTINATION}:`);
    expect(recovery.output.SettingsNotRestored?.[0]).toContain('throughput mode, tags, lifecycle policies');
  }, 60_000);

  it('restores the newest copy, without asking a source region that does not answer', async () => {
    const recovery = await run(WORKFLOW, {
      world: sampleWorld('efs-source-region-down'),
      input: { SourceRegionName: SOURCE },
    });
    expect(recovery.cause).toBe('');
    expect(recovery.output).not.toHaveProperty('CopyJobId');
    expect(recovery.output.Warning).toContain(`${SOURCE} does not answer`);
    expect(recovery.restored?.Encrypted).toBe(true);
  }, 60_000);

  const inDestination = (recoveryPoints: World['recoveryPoints']): World => {
    const { vaults: _vaults, fileSystems, ...rest } = world(WORKFLOW);
    return {
      ...rest,
      region: DESTINATION,
      vaults: [
        { BackupVaultName: 'nightly', Region: SOURCE },
        { BackupVaultName: 'recovery', Region: DESTINATION },
      ],
      fileSystems: fileSystems?.map((found) => ({ ...found, Region: SOURCE })),
      recoveryPoints: recoveryPoints?.map((point) => ({ Region: SOURCE, ...point })),
    };
  };

  it.each([
    ['before the copy is started', 'Open Run', {}],
    ['while the copy is made, whose job waits', 'Copy Recovery Point', { 'backup.copyAndSilentRegion': 'waits' }],
    ['while the copy is made, whose job fails', 'Copy Recovery Point', { 'backup.copyAndSilentRegion': 'fails' }],
  ] as const)(
    'continues with the newest copy when the region goes down %s',
    async (_when, state, doubts) => {
      // Prepare
      const older = recoveryPoint(18, IN_DESTINATION);
      const simulation = await open(WORKFLOW, { world: inDestination([recoveryPoint(20), older]), doubts });
      const isEntered = entry(simulation, WORKFLOW, state);
      const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW, { SourceRegionName: SOURCE }));

      // Act
      await simulation.account.clock.runUntil(isEntered, 3600);
      if (state === 'Copy Recovery Point') await pass(simulation, 20);
      simulation.account.unreachableRegions.add(SOURCE);
      await simulation.finish(execution);

      // Assess
      const recovery = new Run(simulation, WORKFLOW, execution);
      expect(recovery.cause).toBe('');
      expect(recovery.output.RecoveryPointArn).toBe(older.RecoveryPointArn);
      expect(recovery.output.Warning).toContain('restored the newest copy in the destination instead');
      expect(recovery.output.RecoveryTime).toBeLessThan(2 * 3600);
      expect(simulation.account.doubts.met).toMatchObject(doubts);
    },
    60_000,
  );

  it('never exchanges a given recovery point for another', async () => {
    const simulation = await open(WORKFLOW, {
      world: inDestination([recoveryPoint(20), recoveryPoint(18, IN_DESTINATION)]),
    });
    const isEntered = entry(simulation, WORKFLOW, 'Open Run');
    const { RecoveryPointArn } = recoveryPoint(20);
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW, { SourceRegionName: SOURCE, RecoveryPointArn }));
    await simulation.account.clock.runUntil(isEntered, 3600);
    simulation.account.unreachableRegions.add(SOURCE);
    await simulation.finish(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'CopyJobFailedError' });
  }, 60_000);
});

describe('A bad end', () => {
  it('fails with the words of a copy job that failed, and restores nothing (S2-F10)', async () => {
    const recovery = await run(WORKFLOW, { world: sampleWorld('efs-copy-failed') });
    expect(recovery).toMatchObject({ status: 'FAILED', error: 'CopyJobFailedError' });
    expect(recovery.cause).toContain('is FAILED: Access Denied trying to call AWS Backup service');
    expect(recovery.restoreJobs).toEqual([]);
  }, 30_000);

  it('names the file system of a restore that was aborted, in the record and in the notification (S2-F10)', async () => {
    const recovery = await run(WORKFLOW, { world: sampleWorld('efs-restore-aborted') });
    expect(recovery).toMatchObject({ status: 'FAILED', error: 'RestoreJobFailedError' });
    const left = recovery.restored?.FileSystemId ?? 'none';
    expect(recovery.cause).toContain('is ABORTED: The restore job was aborted by an administrator');
    expect(recovery.cause).toContain(`A file system was left behind: ${left}`);
    expect(recovery.notifications.map(({ message }) => message)).toEqual([expect.stringContaining(left)]);
  }, 60_000);

  it.each(['FAILED', 'ABORTED'] as const)('with DeleteOnFailure removes what a restore that %s left', async (state) => {
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, failingRestore(state)),
      input: { DeleteOnFailure: true },
    });
    await pass(recovery.simulation, 60);
    expect(recovery.efs().snapshot().fileSystems).toEqual([]);
    expect(recovery.cause).toContain(`The file system ${recovery.record.report?.RemovedFileSystemId}`);
  });

  it('names nothing when the restore left nothing', async () => {
    const recovery = await run(WORKFLOW, { world: world(WORKFLOW, failingRestore('FAILED', false)) });
    expect(recovery.cause).not.toContain('file system');
  });

  it('never removes a file system whose data is complete, whatever fails after that', async () => {
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, NETWORK),
      input: { DeleteOnFailure: true, MountTargets: MOUNT_TARGETS },
      faults: [{ call: 'elasticfilesystem:CreateMountTarget', fault: 'accessDenied', times: 'always' }],
    });
    expect(recovery.status).toBe('FAILED');
    expect(recovery.cause).toContain(`A file system was left behind: ${recovery.restored?.FileSystemId}`);
  });
});

describe('A dry run', () => {
  it('says what would be done, with the newest recovery points of both regions, and changes nothing', async () => {
    const older = recoveryPoint(18, IN_DESTINATION);
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(20), older] }),
      input: { DryRun: true },
    });
    expect(recovery.status).toBe('SUCCEEDED');
    expect(recovery.changingCalls).toEqual([]);
    expect(recovery.output.DryRun).toMatchObject({
      WouldCopy: recoveryPoint(20).RecoveryPointArn,
      WouldRestore: 'the copy',
      WouldCreate: { FileSystem: { Region: DESTINATION, ThroughputMode: 'elastic' }, AccessPoints: 1 },
      NewestInSource: { RecoveryPointArn: recoveryPoint(20).RecoveryPointArn },
      NewestInDestination: { RecoveryPointArn: older.RecoveryPointArn },
    });
  });
});

describe('A recovery in another account', () => {
  const OTHER = '444455556666';
  const assumed = `arn:aws:iam::${OTHER}:role/recovery`;
  const vaultArn = `arn:aws:backup:${DESTINATION}:${OTHER}:backup-vault:recovery`;

  it('copies into the vault of another account and restores there as a role of that account', async () => {
    // Prepare
    const allow = (Action: string[]) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    });
    const otherAccounts: World['otherAccounts'] = {
      [OTHER]: {
        restoreJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 60 }],
        vaults: [
          {
            BackupVaultName: 'recovery',
            Region: DESTINATION,
            AccessPolicy: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
                  Action: 'backup:CopyIntoBackupVault',
                  Resource: '*',
                },
              ],
            },
          },
        ],
        roles: [
          { RoleName: 'restore', ...BACKUP_ROLE },
          {
            RoleName: 'recovery',
            TrustedServices: [],
            TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
            ManagedPolicies: [],
            Policies: { recovery: allow(['elasticfilesystem:*', 'backup:*', 'iam:PassRole']) },
          },
        ],
      },
    };

    // Act
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { otherAccounts, parameters: { AssumableRoleArns: assumed } }),
      input: {
        BackupVaultDestinationArn: vaultArn,
        DestinationAssumeRole: assumed,
        RestoreJobIamRoleArn: `arn:aws:iam::${OTHER}:role/restore`,
      },
    });

    // Assess
    expect(recovery.cause).toBe('');
    const there = recovery.simulation.account.account(OTHER)?.region(DESTINATION).efs.snapshot().fileSystems ?? [];
    expect(there.map(({ FileSystemId }) => FileSystemId)).toEqual([recovery.output.RestoredFileSystemId]);
    expect(there[0]).toMatchObject({
      ThroughputMode: 'elastic',
      Tags: expect.objectContaining({ Name: 'shared-home' }),
    });
  });

  it('asks for that role before anything is begun', async () => {
    const recovery = await run(WORKFLOW, { input: { BackupVaultDestinationArn: vaultArn } });
    expect(recovery).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(recovery.cause).toContain(`DestinationAssumeRole: the vault belongs to the account ${OTHER}`);
    expect(recovery.changingCalls).toEqual([]);
  });
});

describe('Events of the other region', () => {
  it('are forwarded by a stack there, so that the end of a restore is heard of at once', async () => {
    // Prepare: no reconciler
    const simulation = await open(WORKFLOW, {
      faults: [{ call: 'dynamodb:Query', by: 'ReconcileWaitsFunction', fault: 'serverError', times: 'always' }],
    });
    const there = simulation.account.region(DESTINATION);
    const bus = `arn:aws:events:${SOURCE}:111122223333:event-bus/default`;
    await simulation.account.clock.runUntil(
      deployTemplate(there, {
        templatePath: 'template.yaml',
        stackName: 'backup-workflows-there',
        parameters: { ForwardBackupEventsTo: bus },
      }),
      3600,
    );

    // Act
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW));
    await simulation.finish(execution);

    // Assess
    const recovery = new Run(simulation, WORKFLOW, execution);
    expect(recovery.cause).toBe('');
    expect(recovery.output.StepSeconds?.Restore).toBeLessThan(900);
  }, 60_000);
});
