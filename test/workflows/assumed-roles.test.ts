import { BACKUP_ROLE, inputWith, world } from '../../scenarios/efs-recovery/recovery';
import { Simulation } from '../../scenarios/simulation';

const OTHER = '444455556666';
const ASSUMED = `arn:aws:iam::${OTHER}:role/recovery`;
const EXTERNAL_ID = 'nightly-of-111122223333';

let simulation: Simulation;

afterEach(() => simulation?.close());

/** A file system of another account, whose role asks for an external id. */
async function open(parameters: Record<string, string>): Promise<{ RoleSessionName?: string; ExternalId?: string }[]> {
  const base = world('efs-backup');
  simulation = await Simulation.open({
    world: {
      ...base,
      fileSystems: [],
      parameters: { ...base.parameters, AssumableRoleArns: ASSUMED, ...parameters },
      otherAccounts: {
        [OTHER]: {
          fileSystems: base.fileSystems,
          vaults: [{ BackupVaultName: 'nightly' }],
          backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 3 * 3600 }],
          roles: [{ RoleName: 'backup', ...BACKUP_ROLE }],
        },
      },
    },
  });
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
  };
  const allowed = {
    Effect: 'Allow',
    Action: ['elasticfilesystem:Describe*', 'backup:*', 'iam:PassRole'],
    Resource: '*',
  };
  const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  const iam = simulation.account.account(OTHER)?.region().iam;
  iam?.CreateRole({ RoleName: 'recovery', AssumeRolePolicyDocument: policy(trust) });
  iam?.PutRolePolicy({ RoleName: 'recovery', PolicyName: 'recovery', PolicyDocument: policy(allowed) });
  const assumed: { RoleSessionName?: string; ExternalId?: string }[] = [];
  simulation.account.observer.observe(({ what, subject, detail }) => {
    if (what === 'call' && subject === 'sts:AssumeRole') assumed.push(detail.input as { RoleSessionName?: string });
  });
  return assumed;
}

async function backUp(name: string) {
  const keys = { AutomationAssumeRole: ASSUMED, BackupJobIamRoleArn: `arn:aws:iam::${OTHER}:role/backup` };
  const execution = simulation.start('efs-backup', inputWith('efs-backup', keys), name);
  await simulation.finish(execution);
  return execution;
}

it('A role is assumed under the name of run and workflow, with the external id of the stack', async () => {
  // Prepare
  const assumed = await open({ AssumeRoleExternalId: EXTERNAL_ID });

  // Act
  const ends = [await backUp('monday'), await backUp('tuesday')].map(({ status }) => status);

  // Assess
  expect(ends).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(new Set(assumed.map(({ RoleSessionName }) => RoleSessionName))).toEqual(
    new Set(['monday@backup-workflows-efs-backup', 'tuesday@backup-workflows-efs-backup']),
  );
  expect(new Set(assumed.map(({ ExternalId }) => ExternalId))).toEqual(new Set([EXTERNAL_ID]));
});

it('A session name has as much of a long run as fits, and the workflow', async () => {
  const assumed = await open({ AssumeRoleExternalId: EXTERNAL_ID });

  await backUp('0a1b2c3d-0000-4000-8000-000000000001_and-more');

  const names = new Set(assumed.map(({ RoleSessionName }) => RoleSessionName));
  expect([...names]).toEqual([
    '0a1b2c3d-0000-4000-8000-000000000001@kup-workflows-efs-backup'.replace('@kup', '@backup'),
  ]);
  expect([...names][0]?.length).toBeLessThanOrEqual(64);
});

it('A role that asks for an external id is not assumed without it', async () => {
  await open({});

  const { status, cause } = await backUp('monday');

  expect([status, cause]).toEqual([
    'FAILED',
    expect.stringContaining('AutomationAssumeRole: the role cannot be assumed'),
  ]);
});
