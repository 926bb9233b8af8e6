import {
  BACKUP_ARN,
  BEFORE,
  inBackup,
  open,
  run,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import { wantsRefusals } from '../../setup/refusals';

/** What an operator gets who asks the configuration check itself. */
async function check(world: World, payload: object): Promise<string[]> {
  const simulation = await open(world);
  try {
    const { attributes } = simulation.stack.resource('CheckConfigurationFunction');
    const answer = simulation.region.lambda.run(String(attributes.Arn), payload);
    const result = await simulation.account.clock.runUntil(answer, 600);
    return 'payload' in result ? (result.payload as { problems: string[] }).problems : [JSON.stringify(result)];
  } finally {
    simulation.close();
  }
}

/** So many tables that are being restored. */
function beginRestores(simulation: Simulation, count: number): void {
  const { dynamodb } = simulation.region;
  for (let number = 1; number <= count; number += 1)
    dynamodb.RestoreTableToPointInTime({
      SourceTableName: TABLE,
      TargetTableName: `Other-${number}`,
      UseLatestRestorableTime: true,
    });
}

it('A backup whose keys are not those of the table is refused before anything is restored', async () => {
  const other = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }], Items: [{ id: '1' }] };
  const world = smallWorld(inBackup(other));
  const input = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } });
  await run({ world, input }, ({ region }, { error, cause }) => {
    expect(error).toBe('InvalidInputError');
    expect(cause).toContain('Source.BackupArn: its keys are HASH id, those of ParksAr are HASH pk');
    expect(region.sns.published.at(-1)?.message).toMatch(/^What to do: Correct it, start again\.$/m);
  });
});

it('A duplicate that could not be restored sends nobody to look at what is under the name', async () => {
  const tableJobs = [{ Operation: 'Restore' as const, Table: '*', DurationSeconds: 20, Fails: true }];
  await run({ world: smallWorld({ tableJobs }) }, ({ region }, { status }) => {
    expect(status).toBe('FAILED');
    expect(region.sns.published.at(-1)?.message).toMatch(
      /^What to do: The table is as it was: correct what the cause says/m,
    );
  });
});

describe('The configuration', () => {
  it('is as it should be when the stack is just deployed', async () => {
    expect(await check(smallWorld(), {})).toEqual([]);
  });

  it('is reported with all that is wrong with it at once: account, vault, role and its policies (S4-F01)', async () => {
    const role = 'arn:aws:iam::111122223333:role/bare';
    const world = smallWorld({
      parameters: { AdditionalBackupRoleArns: role },
      roles: [{ RoleName: 'bare', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] }],
    });
    const problems = await check(world, {
      ExpectedAccountId: '999999999999',
      BackupVaultName: 'nowhere',
      IamRoleArn: role,
    });
    expect(problems).toEqual([
      expect.stringContaining('ExpectedAccountId: this is the account 111122223333'),
      expect.stringContaining('BackupVaultName: there is no backup vault nowhere'),
      expect.stringContaining('lacks the policy AWSBackupServiceRolePolicyForBackup'),
      expect.stringContaining('lacks the policy AWSBackupServiceRolePolicyForRestores'),
    ]);
  });

  it.each([
    ['does not exist in eu-west-1', 'arn:aws:kms:eu-west-1:111122223333:key/2'],
    ['is Disabled in eu-west-1', 'arn:aws:kms:eu-west-1:111122223333:key/1'],
    ['is in eu-central-1, and a table in eu-west-1', 'arn:aws:kms:eu-central-1:111122223333:key/1'],
  ])('lacks the key that the input chooses when it %s', async (words, EncryptionKeyArn) => {
    const world = smallWorld({ keys: [{ KeyId: '1', KeyState: 'Disabled' }] });
    const input = {
      Operation: 'RestoreToPointInTime',
      TableName: TABLE,
      TargetTableName: `${TABLE}-look`,
      RestoreDateTime: BEFORE,
      EncryptionKeyArn,
    };
    await run({ workflow: 'dynamodb-table-operation', world, input }, (_simulation, { error, cause }) => {
      expect(error).toBe('InvalidInputError');
      expect(cause).toMatch(new RegExp(`- EncryptionKeyArn: the key.* ${words}`));
    });
  });

  it('is checked before a table is restored from a recovery point too', async () => {
    wantsRefusals();
    const input = {
      Operation: 'RestoreFromRecoveryPoint',
      TableName: 'New',
      RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000002',
      BackupVaultName: VAULT,
      IamRoleArn: 'arn:aws:iam::111122223333:role/nobody',
      ExpectedAccountId: '999999999999',
    };
    await run({ workflow: 'dynamodb-table-operation', input }, (_simulation, execution) => {
      expect(execution.error).toBe('InvalidInputError');
      for (const part of ['RecoveryPointArn', 'BackupVaultName', 'IamRoleArn', 'ExpectedAccountId'])
        expect(execution.cause).toContain(part);
    });
  });
});

it.each([
  [50, 'FAILED'],
  [48, 'SUCCEEDED'],
])('with %d restores under way a swap has %s before it touches anything, or continues', async (count, status) => {
  const tableJobs = [{ Operation: 'Restore' as const, Table: 'Other-*', DurationSeconds: 7200 }];
  const simulation = await open(smallWorld({ tableJobs: [...tableJobs, ...(smallWorld().tableJobs ?? [])] }));
  try {
    beginRestores(simulation, count);
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    expect(execution.status).toBe(status);
    if (status === 'FAILED') {
      expect(execution.error).toBe('InvalidInputError');
      expect(execution.cause).toContain('50 tables are being restored, and DynamoDB takes no more than 50 at a time');
      expect(tableNames(simulation)).toHaveLength(51);
    }
  } finally {
    simulation.close();
  }
});

it('reads the settings of the table only once it holds the lock, so that no other run changes them meanwhile', async () => {
  const simulation = await open();
  try {
    const first = simulation.start('dynamodb-swap-restore', swapInput(), 'run-1');
    await simulation.account.clock.runUntil(() => tableNames(simulation).length > 1, 3600);
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(second.error).toBe('TargetBusyError');
    expect(simulation.runRecord(second)).not.toHaveProperty('table');
    expect(simulation.runRecord(second)).toMatchObject({ report: { DataUnderName: 'untouched' } });
    await simulation.finish(first);
    expect(simulation.runRecord(first)).toMatchObject({ table: { isDeletionProtected: true } });
  } finally {
    simulation.close();
  }
});

it('the template sets up what is otherwise done by hand: vault, role, monthly plan, and tables by tag (S4-F21)', async () => {
  const simulation = await open(
    smallWorld({ parameters: { CreateTableBackupPlan: 'Yes', TableBackupTagKey: 'keep' } }),
  );
  try {
    const { stack } = simulation;
    expect(stack.resource('TableBackupPlan').properties).toMatchObject({
      BackupPlan: {
        BackupPlanRule: [
          {
            TargetBackupVault: stack.resource('BackupVault').physicalId,
            ScheduleExpression: 'cron(0 5 1 * ? *)',
            Lifecycle: { MoveToColdStorageAfterDays: '8', DeleteAfterDays: '365' },
          },
        ],
      },
    });
    expect(stack.resource('TableBackupSelection').properties).toMatchObject({
      BackupPlanId: stack.resource('TableBackupPlan').physicalId,
      BackupSelection: {
        IamRoleArn: stack.resource('BackupJobExecutionRole').attributes.Arn,
        Resources: ['arn:aws:dynamodb:*:*:table/*'],
        Conditions: { StringEquals: [{ ConditionKey: 'aws:ResourceTag/keep', ConditionValue: 'true' }] },
      },
    });
    expect(stack.resource('BackupJobExecutionRole').properties.ManagedPolicyArns).toHaveLength(2);
  } finally {
    simulation.close();
  }
});
