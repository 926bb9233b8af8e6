import { readFileSync } from 'node:fs';
import { defaultWorld } from '../../scenarios/simulation';
import { Account } from '../../simulator/account';
import { deleteStack, deployTemplate, type Stack } from '../../simulator/cloudformation';
import { loadWorld } from '../../simulator/world';

const TEMPLATE = 'template.yaml';
const DAY_SECONDS = 86_400;
const STACK = 'backup-workflows';
/** Everything that the template can have. */
const world = defaultWorld('efs-to-efs');
const ALL = { ...world.parameters, NotificationEmail: 'ops@example.com', LimitConcurrency: 'Yes' };

let account: Account;
afterEach(() => account.close());

function open(concurrentExecutions?: number) {
  account = new Account({ ...(concurrentExecutions !== undefined && { concurrentExecutions }) });
  loadWorld(account, world);
}

type Options = { parameters?: Record<string, string>; failsAt?: string; stackName?: string };

const deploy = ({ parameters = ALL, failsAt, stackName = STACK }: Options = {}): Promise<Stack> => {
  const options = { templatePath: TEMPLATE, stackName, parameters, ...(failsAt !== undefined && { failsAt }) };
  return account.clock.runUntil(deployTemplate(account.region(), options), DAY_SECONDS);
};
const remove = (stackName = STACK) => account.clock.runUntil(deleteStack(account.region(), stackName), DAY_SECONDS);

/** The physical ids of all that could be in the way of another deployment, or cost money. */
function inventory(): string[] {
  const region = account.region();
  return [
    ...region.backup.vaults.names(),
    ...region.dynamodb.tables.keys(),
    ...(region.efs.DescribeFileSystems({}).FileSystems ?? []).map(({ FileSystemId }) => String(FileSystemId)),
    ...region.lambda.functions.keys(),
    ...region.stepFunctions.stateMachines.keys(),
    ...region.autoScaling.groups.keys(),
    ...region.autoScaling.launchTemplates.keys(),
    ...(region.iam.ListRoles({ MaxItems: 1000 }).Roles ?? []).map(({ RoleName }) => String(RoleName)),
    ...region.iam.instanceProfiles.keys(),
    ...(region.sns.ListTopics({}).Topics ?? []).map(({ TopicArn }) => String(TopicArn)),
    ...(region.events.ListRules({}).Rules ?? []).map(({ Name }) => String(Name)),
    ...region.scheduler.ListSchedules({}).Schedules.map(({ Name }) => String(Name)),
    ...(region.ec2.DescribeSecurityGroups({}).SecurityGroups ?? []).map(({ GroupId }) => String(GroupId)),
  ].sort();
}

describe('A first deployment that fails', () => {
  it('at any resource leaves nothing behind, and the next one succeeds', async () => {
    // Prepare
    open();
    const before = inventory();
    const complete = await deploy();
    const logicalIds = [...complete.resources.keys()];
    await forget(before);

    // Act
    for (const failsAt of logicalIds) {
      await expect(deploy({ failsAt })).rejects.toThrow(`${failsAt} could not be created.`);
      // Assess
      expect({ failsAt, left: inventory() }).toEqual({ failsAt, left: before });
      expect(account.region().cloudFormation.stacks.get(STACK)?.status).toBe('ROLLBACK_COMPLETE');
      await expect(deploy()).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated');
      await remove();
    }
    expect((await deploy()).resources.size).toBe(logicalIds.length);
    expect(logicalIds.length).toBeGreaterThan(100);
  });

  /** Deletes the stack and, by hand, what it retains. */
  async function forget(before: string[]) {
    await remove();
    const region = account.region();
    const left = inventory().filter((id) => !before.includes(id));
    // A vault, the table of runs, and the destination of EFS-to-EFS: what a stack keeps when it is deleted.
    expect(left).toHaveLength(3);
    for (const id of left)
      if (id.startsWith('fs-')) region.efs.remove(id);
      else if (region.backup.vaults.has(id)) region.backup.vaults.remove(id);
      else region.dynamodb.tables.delete(id);
  }
});

describe('An update that fails', () => {
  it('leaves the stack as it was, with what it holds', async () => {
    // Prepare
    open();
    const { NotificationEmail: _, ...fewer } = ALL;
    const stack = await deploy({ parameters: fewer });
    const before = inventory();
    const resources = new Map([...stack.resources].map(([id, { physicalId }]) => [id, physicalId]));

    // Act
    const more = { ...fewer, TrustedOrganizationId: 'o-a1b2c3d4e5', NotifyOnSuccess: 'No' };
    await expect(deploy({ parameters: more, failsAt: 'TriggerBusPolicy' })).rejects.toThrow('could not be created');

    // Assess
    expect(inventory()).toEqual(before);
    expect(new Map([...stack.resources].map(([id, { physicalId }]) => [id, physicalId]))).toEqual(resources);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await deploy({ parameters: more })).status).toBe('UPDATE_COMPLETE');
  });
});

describe("The deletion protection of the stack's tables", () => {
  const PROTECTED = { ...ALL, ProtectTables: 'Yes' };
  const ownTables = (stack: Stack) =>
    ['RunsTable', 'WaitsTable', 'LocksTable'].map((id) => stack.resource(id).physicalId);
  const protect = (TableName: string, DeletionProtectionEnabled: boolean) =>
    account.region().dynamodb.UpdateTable({ TableName, DeletionProtectionEnabled });

  it('is turned on and off by an update', async () => {
    open();
    const isProtected = (stack: Stack) =>
      ownTables(stack).map(
        (TableName) => account.region().dynamodb.DescribeTable({ TableName }).Table?.DeletionProtectionEnabled,
      );
    expect(isProtected(await deploy())).toEqual([false, false, false]);
    expect(isProtected(await deploy({ parameters: PROTECTED }))).toEqual([true, true, true]);
    expect(isProtected(await deploy())).toEqual([false, false, false]);
  });

  it('stops the rollback of a first deployment, which can be repeated once it is taken off by hand', async () => {
    // Prepare
    open();
    await expect(deploy({ parameters: PROTECTED, failsAt: 'Dashboard' })).rejects.toThrow('Dashboard could not');
    const failed = account.region().cloudFormation.stacks.get(STACK);
    expect(failed).toMatchObject({ status: 'ROLLBACK_FAILED', statusReason: expect.stringContaining('protected') });
    await expect(deploy({ parameters: PROTECTED })).rejects.toThrow('is in ROLLBACK_FAILED state');

    // Act
    for (const [, { type, physicalId }] of failed?.resources ?? [])
      if (type === 'AWS::DynamoDB::Table') protect(physicalId, false);
    await account.clock.runUntil(account.clock.sleep(60), 120);
    await remove();
    const left = [...account.region().backup.vaults.names()];
    for (const name of left) account.region().backup.vaults.remove(name);

    // Assess
    expect((await deploy({ parameters: PROTECTED })).status).toBe('CREATE_COMPLETE');
  });
});

describe('The quota of concurrent executions', () => {
  const { LimitConcurrency: _, ...byDefault } = ALL;

  it.each([10, 1000])('of %p is enough by default', async (quota) => {
    open(quota);
    expect((await deploy({ parameters: byDefault })).status).toBe('CREATE_COMPLETE');
  });

  it('of 136 is not enough to reserve 37, and the error names the reason', async () => {
    // Prepare
    open(136);

    // Act
    const refused = deploy();

    // Assess
    await expect(refused).rejects.toThrow('UnreservedConcurrentExecution below its minimum value of [100]');
  });
});

describe('The vault', () => {
  it('that a deleted stack left is taken by the next one, if it is named', async () => {
    // Prepare
    open();
    const { outputs } = await deploy();
    await remove();

    // Act
    const again = deploy();
    await expect(again).rejects.toThrow('Backup vault with the same name already exists');
    await remove();
    const ExistingBackupVaultName = String(outputs.BackupVaultName);
    const stack = await deploy({ parameters: { ...ALL, ExistingBackupVaultName } });

    // Assess
    expect(stack.outputs.BackupVaultName).toBe(`${STACK}-pre-post-backup`);
    expect(stack.resources.has('BackupVault')).toBe(false);
  });

  it('may have no name of a stack with more than 34 characters, which an existing vault lets deploy', async () => {
    // Prepare
    open();
    account.region().backup.CreateBackupVault({ BackupVaultName: 'nightly' });
    const [fits, tooLong] = ['a'.repeat(34), 'a'.repeat(35)];

    // Act
    const refused = deploy({ stackName: tooLong });
    await expect(refused).rejects.toThrow(`Invalid backup vault name: ${tooLong}-pre-post-backup`);
    await remove(tooLong);

    // Assess
    const withVault = await deploy({ stackName: tooLong, parameters: { ...ALL, ExistingBackupVaultName: 'nightly' } });
    expect(withVault.outputs.BackupVaultName).toBe('nightly');
    expect((await deploy({ stackName: fits })).outputs.BackupVaultName).toBe(`${fits}-pre-post-backup`);
  });

  it('and the longest stack name are what the parameter and the README say', () => {
    for (const path of [TEMPLATE, 'README.md']) expect(readFileSync(path, 'utf8')).toMatch(/at most 34 characters/);
  });
});
