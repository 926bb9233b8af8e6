import {
  close,
  DESTINATION,
  IN_DESTINATION,
  recoveryPoint,
  run,
  SOURCE,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import type { World } from '../../../simulator/world';

afterEach(close);

const WORKFLOW = 'efs-copy-restore';
const AUTOMATIC = 'aws/efs/automatic-backup-vault';
/** In cold storage a day after it was made. */
const COLD = { Lifecycle: { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 365 } };
const vaults = (...names: string[]): World['vaults'] => [
  ...names.map((BackupVaultName) => ({ BackupVaultName })),
  { BackupVaultName: 'recovery', Region: DESTINATION },
];

describe('A newer recovery point that is not complete', () => {
  it.each(['PARTIAL', 'EXPIRED', 'DELETING'] as const)(
    'is named when an older one is restored (%s)',
    async (Status) => {
      const newer = recoveryPoint(18, { Status });
      const { output } = await run(WORKFLOW, {
        world: world(WORKFLOW, { recoveryPoints: [newer, recoveryPoint(16), recoveryPoint(15, { Status })] }),
      });
      expect(output.Warning).toMatch(
        new RegExp(`not complete: ${newer.RecoveryPointArn} of 2026-11-18\\S+ is ${Status}$`),
      );
    },
  );

  it('is named when there is no other', async () => {
    const { cause } = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(18, { Status: 'PARTIAL' })] }),
    });
    expect(cause).toMatch(/there is no completed recovery point .* is PARTIAL/);
  });
});

it('Within one vault the newest recovery point is restored, and nothing is copied', async () => {
  const { status, copyJobs, record } = await run(WORKFLOW, {
    world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(18), recoveryPoint(16)], vaults: vaults('nightly') }),
    input: {
      DestinationRegionName: SOURCE,
      BackupVaultDestinationArn: `arn:aws:backup:${SOURCE}:111122223333:backup-vault:nightly`,
    },
  });
  expect([status, copyJobs]).toEqual(['SUCCEEDED', []]);
  expect(record.report?.RecoveryPointArn).toBe(recoveryPoint(18).RecoveryPointArn);
});

describe('A recovery point in cold storage, which AWS Backup does not copy from,', () => {
  it('is passed over for the newest warm one, and named', async () => {
    const cold = recoveryPoint(18, COLD);
    const { output, copyJobs } = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [cold, recoveryPoint(16)] }),
    });
    expect(copyJobs.map(({ SourceRecoveryPointArn }) => SourceRecoveryPointArn)).toEqual([
      recoveryPoint(16).RecoveryPointArn,
    ]);
    expect(output.Warning).toContain(`${cold.RecoveryPointArn} of 2026-11-18`);
  });

  it('is no obstacle when the destination has a copy of it', async () => {
    const copy = recoveryPoint(18, {
      ...IN_DESTINATION,
      RecoveryPointArn: recoveryPoint(99, IN_DESTINATION).RecoveryPointArn,
    });
    const { output } = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(18, COLD), copy] }),
    });
    expect(output).toMatchObject({ RecoveryPointArn: copy.RecoveryPointArn });
    expect(output.Warning).toBeUndefined();
  });

  it('gives way to a newer copy in the destination rather than to an older warm one', async () => {
    const there = recoveryPoint(17, {
      ...IN_DESTINATION,
      SourceBackupVaultArn: `arn:aws:backup:${SOURCE}:111122223333:backup-vault:other`,
    });
    const { output, copyJobs } = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(18, COLD), recoveryPoint(16), there] }),
    });
    expect(copyJobs).toEqual([]);
    expect(output.RecoveryPointArn).toBe(there.RecoveryPointArn);
  });

  it.each([
    ['the only one', {}],
    ['the one that the input names', { RecoveryPointArn: recoveryPoint(18).RecoveryPointArn }],
  ])('is refused with the reason before anything is changed when it is %s', async (_name, input) => {
    const refused = await run(WORKFLOW, {
      world: world(WORKFLOW, { recoveryPoints: [recoveryPoint(18, COLD)] }),
      input,
    });
    expect(refused.error).toBe('InvalidInputError');
    expect(refused.cause).toContain('in cold storage, which AWS Backup does not copy from');
    expect(refused.changingCalls).toEqual([]);
  });
});

describe('The vault of automatic backups', () => {
  it('is refused as a source because of its access policy, not because of its name', async () => {
    const refused = await run(WORKFLOW, {
      world: world(WORKFLOW, {
        vaults: vaults(AUTOMATIC),
        recoveryPoints: [recoveryPoint(20, { BackupVaultName: AUTOMATIC })],
      }),
      input: { BackupVaultSourceName: AUTOMATIC },
    });
    expect(refused.cause).toContain(`the access policy of the vault ${AUTOMATIC}, as AWS made it, denies StartCopyJob`);
    expect(refused.changingCalls).toEqual([]);
  });

  it('is a source once its policy lets recovery points out', async () => {
    const open = { BackupVaultName: AUTOMATIC, AccessPolicy: { Version: '2012-10-17', Statement: [] } };
    const { status, cause } = await run(WORKFLOW, {
      world: world(WORKFLOW, {
        vaults: [open, { BackupVaultName: 'recovery', Region: DESTINATION }],
        recoveryPoints: [recoveryPoint(20, { BackupVaultName: AUTOMATIC })],
      }),
      input: { BackupVaultSourceName: AUTOMATIC },
    });
    expect([status, cause]).toEqual(['SUCCEEDED', '']);
  });

  it('is refused as the vault of a backup: AWS reserves it', async () => {
    const refused = await run('efs-backup', {
      world: world('efs-backup', { vaults: vaults(AUTOMATIC) }),
      input: { BackupVaultName: AUTOMATIC },
    });
    expect(refused.cause).toContain(`BackupVaultName: AWS reserves ${AUTOMATIC}`);
  });
});

describe('A reason that AWS gave is not dropped:', () => {
  it('the message of a copy job that completed', async () => {
    const copyJobs = [
      { Resource: '*', State: 'COMPLETED' as const, StatusMessage: 'the words of AWS Backup', DurationSeconds: 60 },
    ];
    const { output, notifications } = await run(WORKFLOW, { world: world(WORKFLOW, { copyJobs }) });
    expect(output.Warning).toBe('copied with issues: the words of AWS Backup');
    expect(notifications[0]?.message).toContain('the words of AWS Backup');
  });

  it('and a failed copy names the older one that the destination has', async () => {
    const copyJobs = [{ Resource: '*', State: 'FAILED' as const, StatusMessage: 'no such key', DurationSeconds: 60 }];
    const older = recoveryPoint(18, IN_DESTINATION);
    const failed = await run(WORKFLOW, {
      world: world(WORKFLOW, { copyJobs, recoveryPoints: [recoveryPoint(20), older] }),
    });
    expect(failed.error).toBe('CopyJobFailedError');
    expect(failed.cause).toContain('no such key');
    expect(failed.cause).toContain(`start again with RecoveryPointArn ${older.RecoveryPointArn}`);
  });
});

describe('A refused look is not absence:', () => {
  const role = (actions: string[]): Partial<World> => ({
    roles: [
      ...(world('efs-backup').roles ?? []),
      {
        RoleName: 'automation',
        TrustedServices: [],
        TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
        ManagedPolicies: [],
        Policies: {
          Rights: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
        },
      },
    ],
    parameters: { AssumableRoleArns: 'arn:aws:iam::111122223333:role/automation' },
  });
  const AutomationAssumeRole = 'arn:aws:iam::111122223333:role/automation';
  const SEED_OF_BACKUP = [
    'elasticfilesystem:DescribeFileSystems',
    'backup:StartBackupJob',
    'backup:DescribeBackupJob',
    'iam:PassRole',
  ];

  it('a role with the rights that efs-backup documented before backs up, and the look that it cannot make is named', async () => {
    const { status, cause, output } = await run('efs-backup', {
      world: world('efs-backup', role(SEED_OF_BACKUP)),
      input: { AutomationAssumeRole },
    });
    expect([status, cause]).toEqual(['SUCCEEDED', '']);
    expect(output.Warning).toContain('the vault nightly could not be looked at without backup:DescribeBackupVault');
  });

  it('and of a recovery, the right that a role lacks is named', async () => {
    const refused = await run(WORKFLOW, {
      world: world(
        WORKFLOW,
        role([
          'elasticfilesystem:DescribeFileSystems',
          'backup:ListRecoveryPointsByResource',
          'backup:DescribeCopyJob',
          'backup:StartCopyJob',
          'backup:StartRestoreJob',
          'iam:PassRole',
        ]),
      ),
      input: { AutomationAssumeRole },
    });
    expect(refused.cause).toContain('cannot be listed without backup:ListRecoveryPointsByBackupVault');
    expect(refused.cause).not.toContain('there is no');
    expect(refused.changingCalls).toEqual([]);
  });

  it.each([
    ['efs-backup', 'elasticfilesystem:Backup'],
    [WORKFLOW, 'elasticfilesystem:Restore'],
  ] as const)('a role that may not do the job of %s is refused before anything is changed', async (workflow, right) => {
    const allowed = ['backup:CopyFromBackupVault', 'backup:CopyIntoBackupVault'];
    const roles = world(workflow).roles?.map((found) => ({
      ...found,
      ManagedPolicies: [],
      Policies: { Copy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: allowed, Resource: '*' }] } },
    }));
    const refused = await run(workflow, { world: world(workflow, { roles }) });
    expect(refused.error).toBe('InvalidInputError');
    expect(refused.cause).toMatch(
      new RegExp(`IamRoleArn: the role AWSBackupDefaultServiceRole is not allowed ${right}`),
    );
    expect(refused.changingCalls).toEqual([]);
  });
});
