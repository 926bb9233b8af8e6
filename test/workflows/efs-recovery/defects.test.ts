import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  close,
  DESTINATION,
  fileSystem,
  IN_DESTINATION,
  inputWith,
  open,
  Run,
  recoveryPoint,
  run,
  SOURCE,
  sampleWorld,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import { statementsOf } from '../../../scenarios/policy-statements';
import { prepareTemplate } from '../../../simulator/cloudformation';
import { loadTemplate } from '../../../simulator/cloudformation/load-template';

afterEach(close);

const RESTORE = 'efs-copy-restore';
const ROOT = join(__dirname, '../../..');
const HOUR = 3600;
const long = (State: 'COMPLETED' | 'FAILED', hours: number) => [
  { Resource: '*', State, StatusMessage: 'the words of AWS Backup', DurationSeconds: hours * HOUR },
];

describe('The predecessor’s defects are not repeated:', () => {
  it('the restored file system is encrypted and maxIO as the source was (S2-D01)', async () => {
    const fileSystems = fileSystem({ PerformanceMode: 'maxIO', ThroughputMode: 'bursting' });
    const { restored } = await run(RESTORE, { world: world(RESTORE, { fileSystems }) });
    expect(restored).toMatchObject({ Encrypted: true, PerformanceMode: 'maxIO' });
  });

  it('a backup of more than ten minutes succeeds, and one that fails is seen as that (S2-D02)', async () => {
    const good = await run('efs-backup', { world: world('efs-backup', { backupJobs: long('COMPLETED', 3) }) });
    expect(good.status).toBe('SUCCEEDED');
    close();
    const bad = await run('efs-backup', { world: world('efs-backup', { backupJobs: long('FAILED', 0.1) }) });
    expect(bad.cause).toContain('the words of AWS Backup');
    expect(bad.record.report?.RecoveryTime).toBeLessThan(HOUR);
  }, 60_000);

  it('a restore of more than an hour succeeds and names its file system (S2-D03)', async () => {
    const recovery = await run(RESTORE, { world: world(RESTORE, { restoreJobs: long('COMPLETED', 5) }) });
    expect(recovery.status).toBe('SUCCEEDED');
    expect(recovery.output.RestoredFileSystemArn).toContain(`:${DESTINATION}:`);
  }, 60_000);

  it('a copy that fails is seen at once, and one that takes hours is waited for (S2-D04)', async () => {
    const bad = await run(RESTORE, { world: world(RESTORE, { copyJobs: long('FAILED', 0.1) }) });
    expect(bad.error).toBe('CopyJobFailedError');
    expect(bad.record.report?.RecoveryTime).toBeLessThan(HOUR);
    close();
    const good = await run(RESTORE, { world: world(RESTORE, { copyJobs: long('COMPLETED', 5) }) });
    expect(good.status).toBe('SUCCEEDED');
  }, 60_000);

  it('a recovery of 25 hours takes 25 hours, not one (S2-D05)', async () => {
    const { output } = await run('efs-backup', { world: world('efs-backup', { backupJobs: long('COMPLETED', 25) }) });
    expect(output.RecoveryTime).toBeGreaterThanOrEqual(25 * HOUR);
  }, 60_000);

  it('two runs that begin in one second share neither job nor file system (S2-D06)', async () => {
    // Prepare: of two file systems, as a second run on one is refused
    const other = 'fs-0123456789abcdef1';
    const more = fileSystem({ FileSystemId: other });
    const simulation = await open('efs-backup', {
      world: world('efs-backup', { fileSystems: [...(world('efs-backup').fileSystems ?? []), ...(more ?? [])] }),
    });

    // Act
    const one = simulation.start('efs-backup', inputWith('efs-backup'), 'one');
    const two = simulation.start('efs-backup', inputWith('efs-backup', { FileSystemID: other }), 'two');
    await simulation.finish(one);
    await simulation.finish(two);

    // Assess
    const runs = [one, two].map((execution) => new Run(simulation, 'efs-backup', execution).output.BackupJobId);
    expect(new Set(runs).size).toBe(2);
  });

  it('it works when the file system is deleted (S2-D07)', async () => {
    const recovery = await run(RESTORE, { world: world(RESTORE, { fileSystems: [] }) });
    expect(recovery.status).toBe('SUCCEEDED');
  });

  it('it works from the destination when the source region is down (S2-D07)', async () => {
    const input = { SourceRegionName: SOURCE };
    const recovery = await run(RESTORE, { world: sampleWorld('efs-source-region-down'), input });
    expect(recovery.status).toBe('SUCCEEDED');
  }, 60_000);

  it('a copy that exists is not made again, even after AWS Backup forgot its job (S2-D08)', async () => {
    const copy = recoveryPoint(20, {
      ...IN_DESTINATION,
      RecoveryPointArn: recoveryPoint(99, IN_DESTINATION).RecoveryPointArn,
    });
    const recovery = await run(RESTORE, { world: world(RESTORE, { recoveryPoints: [recoveryPoint(20), copy] }) });
    expect(recovery.copyJobs).toEqual([]);
    expect(recovery.output.RecoveryPointArn).toBe(copy.RecoveryPointArn);
  });

  it('without RecoveryPointArn the newest completed recovery point is chosen (S2-D09)', async () => {
    const recoveryPoints = [
      recoveryPoint(18),
      recoveryPoint(20),
      recoveryPoint(19),
      recoveryPoint(21, { Status: 'PARTIAL' }),
    ];
    const { copyJobs } = await run(RESTORE, { world: world(RESTORE, { recoveryPoints }) });
    expect(copyJobs[0]?.SourceRecoveryPointArn).toBe(recoveryPoint(20).RecoveryPointArn);
  });

  it('the restored file system can be mounted when it says success (S2-D10)', async () => {
    const subnets = [
      { SubnetId: 'subnet-0a', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}a`, Region: DESTINATION },
    ];
    const securityGroups = [{ GroupId: 'sg-0a', VpcId: 'vpc-1', Region: DESTINATION }];
    const { restored } = await run(RESTORE, {
      world: world(RESTORE, { subnets, securityGroups }),
      input: { MountTargets: [{ SubnetId: 'subnet-0a', SecurityGroupIds: ['sg-0a'] }] },
    });
    expect(restored?.MountTargets).toEqual([
      expect.objectContaining({ SubnetId: 'subnet-0a', SecurityGroupIds: ['sg-0a'] }),
    ]);
    expect(restored?.AccessPoints).toHaveLength(1);
  });

  it('the output says under which directory the data are (S2-D11)', async () => {
    const { output, restored } = await run(RESTORE);
    const pattern = new RegExp(`^${output.RestoredDirectory?.replace('*', '.*')}$`);
    expect(`/${restored?.Directories?.[0]}`).toMatch(pattern);
  });

  it('a copy can have a lifecycle, and a half-restored file system is removed on request (S2-D12)', async () => {
    const recovery = await run(RESTORE, {
      world: world(RESTORE, { restoreJobs: long('FAILED', 0.1) }),
      input: { Lifecycle: { DeleteAfterDays: 14 }, DeleteOnFailure: true },
    });
    expect(recovery.backup(DESTINATION).snapshot().recoveryPoints[0]?.Lifecycle).toEqual({ DeleteAfterDays: 14 });
    expect(recovery.record.report?.RemovedFileSystemId).toMatch(/^fs-/);
  });

  it('the destination vault of another account asks for a role there instead of failing after the copy (S2-D13)', async () => {
    const input = { BackupVaultDestinationArn: `arn:aws:backup:${DESTINATION}:444455556666:backup-vault:recovery` };
    const recovery = await run(RESTORE, { input });
    expect(recovery.cause).toContain('DestinationAssumeRole');
    expect(recovery.copyJobs).toEqual([]);
  });

  it('the manual says that writers have to be stopped first (S2-D14)', () => {
    expect(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')).toContain(
      'Stop whatever writes to the file system first',
    );
  });

  it('the inputs of both seeds are accepted as they are (S2-D15)', async () => {
    const restored = await run(RESTORE, { input: { RecoveryPointArn: recoveryPoint(20).RecoveryPointArn } });
    expect(restored.status).toBe('SUCCEEDED');
  });

  it('roles are passed to AWS Backup only, and only those that the stack names (S2-D16)', () => {
    const { resources } = prepareTemplate(loadTemplate(join(ROOT, 'template.yaml')), {});
    const functions = ['BackUpFileSystemFunction', 'CopyRecoveryPointFunction', 'RestoreFileSystemFunction'];
    const roles = functions.map((id) => JSON.stringify(resources[`${id}Role`] ?? resources[id]));
    const shared = (role: string) =>
      Object.keys(resources).filter((id) => id.endsWith('Policy') && role.includes(`{"Ref":"${id}"}`));
    const grants = roles.flatMap((role) => [
      ...statementsOf(JSON.parse(role)),
      ...shared(role).flatMap((id) => statementsOf(resources[id])),
    ]);
    const passing = grants.filter(({ actions }) => actions.includes('iam:PassRole'));
    expect(passing).toHaveLength(3);
    for (const { resources: passed, condition } of passing) {
      expect(passed.filter((role) => role.includes('*'))).toEqual([]);
      expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } });
    }
  });

  it.each(['efs-backup', RESTORE] as const)('a failure of %s is notified (S2-D17)', async (workflow) => {
    const failing = { backupJobs: long('FAILED', 0.1), restoreJobs: long('FAILED', 0.1) };
    const { notifications } = await run(workflow, { world: world(workflow, failing) });
    expect(notifications.map(({ subject }) => subject)).toEqual([`FAILED: ${workflow} run-1`]);
  });
});
