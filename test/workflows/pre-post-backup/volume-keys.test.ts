import { alike, closeFleet, EVERYTHING, Fleet, inputByTag, instanceId } from '../../../scenarios/pre-post-backup/fleet';
import type { SimulationOptions } from '../../../scenarios/simulation';
import type { WorldKey } from '../../../simulator/services/kms';
import type { World } from '../../../simulator/world';
import { wantsRefusals } from '../../setup/refusals';

afterEach(closeFleet);

const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:eu-west-1:111122223333:key/${KEY_ID}`;
const FOREIGN_KEY = `arn:aws:kms:eu-west-1:444455556666:key/${KEY_ID}`;
const VOLUME = 'vol-00000000000000001';
const INSTANCE = instanceId(1);
const STARTING_ROLES = ['StartInstancesFunctionRole', 'ResumeWaitFunctionRole', 'ReconcileWaitsFunctionRole'];
const WITH_STOP = inputByTag(EVERYTHING);

/** One instance whose volume is under a key, which is like this. */
function openWith(key: Partial<WorldKey>, options: Omit<SimulationOptions, 'world'> = {}, world: World = {}) {
  const instances = alike(1, { VolumeKmsKeyId: KEY });
  return Fleet.open({ instances, keys: [{ KeyId: KEY_ID, ...key }], ...world }, options);
}

function roleArns(fleet: Fleet): string[] {
  const { stack, account } = fleet.simulation;
  return STARTING_ROLES.map(
    (role) => account.region().iam.GetRole({ RoleName: stack.resource(role).physicalId }).Role?.Arn ?? '',
  );
}

function policyFor(AWS: string | string[], more: object = {}) {
  const Action = 'kms:*';
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*', ...more }],
  };
}

const ADMIN_ONLY = policyFor('arn:aws:iam::111122223333:role/admin');
const LOOKS = ['kms:Describe*', 'kms:Get*', 'kms:List*'];
const ROOT = 'arn:aws:iam::111122223333:root';

describe('A fleet with volumes under a customer managed key', () => {
  it.each<[string, Partial<WorldKey>]>([
    ['leaves the decision to IAM', {}],
    [
      'does so for EC2 only',
      {
        Policy: {
          Version: '2012-10-17',
          Statement: [
            ...policyFor(ROOT, { Action: LOOKS }).Statement,
            ...policyFor(ROOT, {
              Condition: {
                StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
                Bool: { 'kms:GrantIsForAWSResource': 'true' },
              },
            }).Statement,
          ],
        },
      },
    ],
    ['is of AWS', { KeyManager: 'AWS', Policy: policyFor('*') }],
  ])('is started again if the key %s', async (_, key) => {
    // Prepare
    const fleet = await openWith(key);
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.stateOf(INSTANCE)).toBe('running');
    expect(run.record.report).not.toHaveProperty('Warnings');
  });

  it.each<[string, (arns: string[]) => Partial<WorldKey>]>([
    ['by name', (arns) => ({ Policy: policyFor(arns) })],
    [
      'by a grant',
      (arns) => ({
        Policy: ADMIN_ONLY,
        Grants: arns.map((GranteePrincipal) => ({ GranteePrincipal, Operations: ['Decrypt', 'CreateGrant'] })),
      }),
    ],
  ])('is started again if the key lets the starting roles in %s only', async (_, change) => {
    // Prepare: to look at such a key its policy has to let the preflight in, too.
    const fleet = await openWith({});
    const { stack, account } = fleet.simulation;
    const RoleName = stack.resource('CheckFleetFunctionRole').physicalId;
    const checkRole = account.region().iam.GetRole({ RoleName }).Role?.Arn ?? '';
    const { Policy, ...rest } = change(roleArns(fleet));
    const Statement = [policyFor(checkRole).Statement, (Policy as typeof ADMIN_ONLY).Statement].flat();
    fleet.region.kms.change(KEY_ID, { Policy: { Version: '2012-10-17', Statement }, ...rest });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report).not.toHaveProperty('Warnings');
  });

  it('is not looked at if nothing is to be stopped', async () => {
    // Prepare
    const fleet = await openWith({ KeyState: 'Disabled' });
    // Act
    const run = await fleet.run(inputByTag());
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.simulation.account.endpoint.callCounts()).not.toHaveProperty('kms:DescribeKey');
  });
});

describe('A run is refused before anything is stopped for a key', () => {
  const CONDITION = { StringEquals: { 'kms:ViaService': 'rds.eu-west-1.amazonaws.com' } };

  it.each<[string, Partial<WorldKey>, string]>([
    ['disabled', { KeyState: 'Disabled' }, 'is Disabled, so the instances could not be started again'],
    ['about to be deleted', { KeyState: 'PendingDeletion' }, 'is PendingDeletion'],
    ['without its material', { KeyState: 'PendingImport' }, 'is PendingImport'],
    ['in a store that is not connected', { KeyState: 'Unavailable' }, 'is Unavailable'],
    [
      'denied to all',
      {
        Policy: {
          Version: '2012-10-17',
          Statement: [
            ...policyFor(ROOT).Statement,
            { Effect: 'Deny', Principal: '*', Action: 'kms:CreateGrant', Resource: '*' },
          ],
        },
      },
      'denies kms:CreateGrant to the role',
    ],
    [
      'open to IAM for another service and for looks only',
      {
        Policy: {
          Version: '2012-10-17',
          Statement: [
            ...policyFor(ROOT, { Condition: CONDITION }).Statement,
            ...policyFor(ROOT, { Action: LOOKS }).Statement,
          ],
        },
      },
      'does not let in the role',
    ],
  ])('that is %s', async (_, key, problem) => {
    // Prepare
    const fleet = await openWith(key);
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.error).toBe('InvalidInputError');
    expect(run.cause).toContain(`the KMS key ${KEY} of the volume ${VOLUME} of ${INSTANCE} ${problem}`);
    expect(fleet.changingCalls()).toEqual([]);
  });

  it('that is deleted', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { VolumeKmsKeyId: KEY }) });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.cause).toContain('does not exist any more');
    expect(fleet.changingCalls()).toEqual([]);
  });

  it("that is another account's, and disabled", async () => {
    // Prepare
    const keys = [{ KeyId: KEY_ID, KeyState: 'Disabled' as const, Policy: policyFor(ROOT) }];
    const fleet = await Fleet.open({
      instances: alike(1, { VolumeKmsKeyId: FOREIGN_KEY }),
      otherAccounts: { '444455556666': { keys } },
    });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.cause).toContain(`the KMS key ${FOREIGN_KEY} of the volume ${VOLUME} of ${INSTANCE} is Disabled`);
    expect(fleet.changingCalls()).toEqual([]);
  });
});

describe('What was refused or could not be looked up about a key is one warning, and the run continues', () => {
  it.each<[string, string]>([
    ['its state', 'kms:DescribeKey'],
    ['its policy', 'kms:GetKeyPolicy'],
    ['what IAM allows', 'iam:SimulatePrincipalPolicy'],
  ])('%s', async (_, call) => {
    // Prepare
    const by = 'CheckFleetFunction';
    const fleet = await openWith({}, { faults: [{ call, by, fault: 'accessDenied', times: 'always' }] });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    const ofKey = run.record.report.Warnings?.filter((warning) => warning.includes(KEY));
    expect(ofKey).toEqual([expect.stringMatching(new RegExp(`${KEY} of the volume ${VOLUME}.*${call}`))]);
  });

  it('the grants of a key that lets no role in', async () => {
    // Prepare
    wantsRefusals();
    const lookOnly = policyFor(ROOT, { Action: ['kms:DescribeKey', 'kms:GetKeyPolicy'] });
    const fleet = await openWith({ Policy: lookOnly });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.record.report.Warnings).toEqual([expect.stringContaining('kms:ListGrants')]);
  });

  it('a condition that is not known', async () => {
    // Prepare
    wantsRefusals();
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'ops' } };
    const Statement = [
      ...policyFor(ROOT, { Action: ['kms:DescribeKey', 'kms:GetKeyPolicy'] }).Statement,
      ...policyFor(ROOT, { Condition }).Statement,
    ];
    const fleet = await openWith({ Policy: { Version: '2012-10-17', Statement } });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.record.report.Warnings).toEqual([expect.stringContaining('conditions on kms:CreateGrant')]);
  });

  it('the volumes', async () => {
    // Prepare
    const fleet = await openWith(
      {},
      { faults: [{ call: 'ec2:DescribeVolumes', fault: 'accessDenied', times: 'always' }] },
    );
    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report.Warnings).toEqual([expect.stringContaining('whether the volumes of the instances')]);
  });

  it("the policy of another account's key, which that account alone can see", async () => {
    // Prepare
    const keys = [{ KeyId: KEY_ID, Policy: policyFor(ROOT) }];
    const fleet = await Fleet.open({
      instances: alike(1, { VolumeKmsKeyId: FOREIGN_KEY }),
      otherAccounts: { '444455556666': { keys } },
    });
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report.Warnings).toEqual([
      expect.stringMatching(new RegExp(`${FOREIGN_KEY} of the volume ${VOLUME}.*belongs to the account 444455556666`)),
    ]);
  });
});

describe('A key that is lost while the instance is down', () => {
  it.each([
    ['InternalError', 'Client.InternalError: Client error on launch'],
    ['InvalidState', 'Client.InvalidKMSKey.InvalidState'],
  ] as const)('has the reason of EC2 (%s) in its line, after 30 starts at most', async (behaviour, reason) => {
    // Prepare
    const fleet = await openWith({}, { doubts: { 'ec2.startWithoutKey': behaviour } });
    fleet.simulation.account.clock.after(60, () => fleet.region.kms.change(KEY_ID, { KeyState: 'Disabled' }));
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    const { FailureMessage } = run.line(INSTANCE);
    expect(FailureMessage).toContain(reason);
    expect(FailureMessage).toContain('look at the KMS keys of its volumes');
    expect(fleet.notifications.map(({ message }) => message).join()).toContain(reason);
    const starts = fleet.simulation.account.endpoint.calls.filter(({ call }) => call === 'ec2:StartInstances');
    expect(starts.length).toBeLessThanOrEqual(30);
  });

  it('and found again does not keep it down', async () => {
    // Prepare
    const fleet = await openWith({});
    const { clock } = fleet.simulation.account;
    clock.after(60, () => fleet.region.kms.change(KEY_ID, { KeyState: 'Disabled' }));
    clock.after(1800, () => fleet.region.kms.change(KEY_ID, { KeyState: 'Enabled' }));
    // Act
    const run = await fleet.run(WITH_STOP);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.stateOf(INSTANCE)).toBe('running');
  });
});
