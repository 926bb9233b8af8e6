import { brokenInvariants } from '../../../scenarios/efs-recovery/invariants';
import {
  close,
  DESTINATION,
  entry,
  fileSystem,
  inputWith,
  open,
  Run,
  recoveryPoint,
  run,
  SOURCE,
  world,
} from '../../../scenarios/efs-recovery/recovery';

afterEach(close);

const WORKFLOW = 'efs-copy-restore';

/** What must hold of a run that failed: the promises, one final message, and nothing that was restored. */
function expectHonest({ simulation, execution, status, notifications, restoreJobs }: Run): void {
  expect(status).toBe('FAILED');
  expect(brokenInvariants(simulation, WORKFLOW, execution)).toEqual([]);
  expect(notifications).toHaveLength(1);
  expect(restoreJobs.filter(({ Status }) => Status === 'COMPLETED')).toEqual([]);
}

it.each(['jobFails', 'refused'] as const)(
  'A vault that is deleted before the copy ends the run, which says so, whenever AWS Backup finds that (%s)',
  async (behaviour) => {
    // Prepare
    const simulation = await open(WORKFLOW, { doubts: { 'backup.copyIntoMissingVault': behaviour } });
    const begun = entry(simulation, WORKFLOW, 'Copy Recovery Point');

    // Act
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW));
    await simulation.account.clock.runUntil(begun, 600);
    simulation.account.region(DESTINATION).backup.vaults.remove('recovery');
    await simulation.finish(execution);

    // Assess
    const found = new Run(simulation, WORKFLOW, execution);
    expectHonest(found);
    expect(found.cause).toMatch(/recovery/);
    expect(found.copyJobs.map(({ State }) => State)).toEqual(behaviour === 'jobFails' ? ['FAILED'] : []);
    expect(simulation.account.doubts.met).toHaveProperty(['backup.copyIntoMissingVault'], behaviour);
  },
);

it.each(['jobFails', 'refused'] as const)(
  'A recovery point that turns cold before the copy ends the run, which says so, whenever AWS Backup finds that (%s)',
  async (behaviour) => {
    // Prepare
    const source = recoveryPoint(18);
    const simulation = await open(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [source] }),
      doubts: { 'backup.copyFromColdStorage': behaviour },
    });
    const begun = entry(simulation, WORKFLOW, 'Copy Recovery Point');

    // Act
    const execution = simulation.start(WORKFLOW, inputWith(WORKFLOW));
    await simulation.account.clock.runUntil(begun, 600);
    const { recoveryPoints } = simulation.account.region(SOURCE).backup;
    recoveryPoints.find('nightly', source.RecoveryPointArn).lifecycle = { MoveToColdStorageAfterDays: 1 };
    await simulation.finish(execution);

    // Assess
    const found = new Run(simulation, WORKFLOW, execution);
    expectHonest(found);
    expect(found.cause).toContain('is in cold storage');
    expect(found.copyJobs.map(({ State }) => State)).toEqual(behaviour === 'jobFails' ? ['FAILED'] : []);
    expect(simulation.account.doubts.met).toHaveProperty(['backup.copyFromColdStorage'], behaviour);
  },
);

it.each(['refused', 'sameAccessPoint'] as const)(
  'Each access point is restored once, and its policy names it, although the answer to its creation was lost (%s)',
  async (behaviour) => {
    // Prepare
    const arn = `arn:aws:elasticfilesystem:${SOURCE}:111122223333:access-point/fsap-0123456789abcdef0`;
    const Condition = { StringEquals: { 'elasticfilesystem:AccessPointArn': arn } };
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'elasticfilesystem:ClientMount', Condition }];
    const fileSystems = fileSystem({
      FileSystemPolicy: { Version: '2012-10-17', Statement },
      AccessPoints: [{ AccessPointId: 'fsap-0123456789abcdef0', RootDirectory: { Path: '/home' } }],
    });

    // Act
    const found = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems }),
      faults: [{ call: 'elasticfilesystem:CreateAccessPoint', fault: 'timeoutAfterSuccess' }],
      doubts: { 'efs.accessPointTokenKnown': behaviour },
    });

    // Assess
    expect(found.cause).toBe('');
    expect(found.output.SettingsNotRestored).toBeUndefined();
    expect(found.restored?.AccessPoints).toHaveLength(1);
    expect(JSON.stringify(found.restored?.FileSystemPolicy)).toContain(
      found.restored?.AccessPoints?.[0]?.AccessPointId,
    );
    expect(found.simulation.account.doubts.met).toHaveProperty(['efs.accessPointTokenKnown'], behaviour);
  },
);

it.each(['AccessDenied', 'ResourceNotFound'] as const)(
  'A destination vault that does not exist is named as that, however AWS Backup answers for it (%s)',
  async (behaviour) => {
    // Act
    const found = await run(WORKFLOW, {
      world: world(WORKFLOW, { vaults: [{ BackupVaultName: 'nightly' }] }),
      doubts: { 'backup.missingVault': behaviour },
    });

    // Assess
    expectHonest(found);
    expect(found.cause).toContain(`there is no backup vault recovery in ${DESTINATION}`);
    expect(found.changingCalls).toEqual([]);
    expect(found.simulation.account.doubts.met).toHaveProperty(['backup.missingVault'], behaviour);
  },
);

it.each(['completed', 'asWritten'] as const)(
  'A policy that names no resource is restored, and names the restored file system or none (%s)',
  async (behaviour) => {
    // Prepare
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'elasticfilesystem:ClientMount' }];
    const fileSystems = fileSystem({ FileSystemPolicy: { Version: '2012-10-17', Statement } });

    // Act
    const found = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems }),
      doubts: { 'efs.policyWithoutResource': behaviour },
    });

    // Assess
    expect(found.cause).toBe('');
    expect(found.output.SettingsNotRestored).toBeUndefined();
    const text = JSON.stringify(found.restored?.FileSystemPolicy);
    expect(text).toContain('elasticfilesystem:ClientMount');
    expect(text.includes(found.output.RestoredFileSystemArn ?? 'none')).toBe(behaviour === 'completed');
    expect(found.simulation.account.doubts.met).toHaveProperty(['efs.policyWithoutResource'], behaviour);
  },
);

it.each(['EXPIRED', 'ABORTED'] as const)(
  'A backup that is not done within its window fails the run, in whichever state it ends (%s)',
  async (behaviour) => {
    // Act
    const found = await run('efs-backup', {
      world: world('efs-backup', {
        backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 5 * 3600 }],
      }),
      input: { StartWindowMinutes: 60, CompleteWindowMinutes: 120 },
      doubts: { 'backup.pastCompleteWindow': behaviour },
    });

    // Assess
    expect(found.status).toBe('FAILED');
    expect(brokenInvariants(found.simulation, 'efs-backup', found.execution)).toEqual([]);
    expect(found.cause).toContain(behaviour);
    expect(found.simulation.account.doubts.met).toHaveProperty(['backup.pastCompleteWindow'], behaviour);
  },
);
