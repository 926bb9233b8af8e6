import type { DescribeTableInput, GetItemInput } from '@aws-sdk/client-dynamodb';
import {
  BACKUP_ARN,
  DAMAGED,
  DUPLICATE,
  GOOD,
  goodTable,
  open,
  output,
  parksTable,
  run,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
  untilAsked,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { Fault } from '../../../simulator/faults';
import type { Caller } from '../../../simulator/service';

const by = 'VerifyOriginalFunction';
const jobs = smallWorld().tableJobs ?? [];

describe('Only a verdict discards what was restored', () => {
  it.each<[string, Fault]>([
    ['reading it is throttled', { call: 'dynamodb:Scan', by, fault: 'throttle', times: 'always' }],
    ['reading it is denied', { call: 'dynamodb:Scan', by, fault: 'accessDenied', times: 'always' }],
    ['the check cannot even read the record', { call: 'dynamodb:GetItem', by, fault: 'accessDenied', times: 'always' }],
  ])('so it stays, with its settings and every copy, when %s', async (_name, fault) => {
    await run({ faults: [fault] }, (simulation, execution) => {
      expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoredNotVerifiedError' });
      expect(tableOf(simulation)).toMatchObject({ Items: GOOD, DeletionProtectionEnabled: true });
      expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
      const { report, fallbackBackupArn, duplicateBackupArn } = simulation.runRecord(execution) ?? {};
      expect(report).toMatchObject({ DataUnderName: 'restored, not verified', DuplicateTableName: DUPLICATE });
      for (const arn of [fallbackBackupArn, duplicateBackupArn])
        expect(simulation.region.dynamodb.backups.find(String(arn)).status).toBe('AVAILABLE');
      const told = simulation.region.sns.published.at(-1)?.message;
      expect(told).toContain('restored, not verified');
      expect(told).not.toContain('MAY BE EMPTY');
    });
  });

  it('so a check that fails at first is made again once the table has its settings, and the run succeeds', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:Scan', by, fault: 'accessDenied', times: 1 }];
    await run({ faults }, (simulation, execution) => {
      expect(output(execution)).toMatchObject({
        DataUnderName: 'restored',
        Warning: expect.stringContaining('AccessDenied'),
      });
      expect(tableNames(simulation)).toEqual([TABLE]);
    });
  });

  it('and sets in another order are no verdict', async () => {
    const sets = (list: string[]) => goodTable({ Items: [{ pk: 'park#1', Names: new Set(list) as never }] });
    const world = smallWorld({
      tables: [parksTable()],
      tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: sets(['a', 'b', 'c']) }],
    });
    const input = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } });
    const simulation = await open(world);
    try {
      const { dynamodb } = simulation.region;
      const get = dynamodb.GetItem.bind(dynamodb);
      const { access } = dynamodb.GetItem;
      const reverse = (request: GetItemInput) => {
        const answer = get(request);
        answer.Item?.Names?.SS?.reverse();
        return answer;
      };
      dynamodb.GetItem = Object.assign(reverse, { access });
      const execution = simulation.start('dynamodb-swap-restore', input);
      await simulation.finish(execution);
      expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
      expect(output(execution)).not.toHaveProperty('Warning');
    } finally {
      simulation.close();
    }
  });

  it('and items that an application wrote meanwhile are listed, not condemned', async () => {
    const simulation = await open();
    try {
      const execution = simulation.start('dynamodb-swap-restore', swapInput());
      const { account, region } = simulation;
      const isBack = () =>
        region.dynamodb.tables.get(TABLE)?.restoreSummary?.RestoreInProgress === false &&
        region.dynamodb.tables.get(TABLE)?.status === 'ACTIVE';
      await account.clock.runUntil(isBack, 86400);
      region.dynamodb.PutItem({ TableName: TABLE, Item: { pk: { S: 'park#10' } } });
      await simulation.finish(execution);
      expect(output(execution)).toMatchObject({
        DataUnderName: 'restored',
        Warning: expect.stringContaining('4 items instead of 3'),
      });
      expect(tableOf(simulation)?.Items).toHaveLength(4);
    } finally {
      simulation.close();
    }
  });

  it('and what DynamoDB still shows of the table before is none', async () => {
    const slow = { Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 400 };
    const simulation = await open(smallWorld({ tableJobs: [slow, ...jobs] }));
    try {
      const { dynamodb } = simulation.region;
      const describe = dynamodb.DescribeTable.bind(dynamodb);
      dynamodb.DescribeTable = (request: DescribeTableInput, caller?: Caller) => {
        const answer = describe(request);
        const isWait = caller?.principalArn.includes('ReconcileWaitsFunction');
        if (isWait && answer.Table?.RestoreSummary?.RestoreInProgress) answer.Table.TableStatus = 'DELETING';
        return answer;
      };
      const execution = simulation.start('dynamodb-swap-restore', swapInput());
      await simulation.finish(execution);
      expect(tableOf(simulation)).toMatchObject({ Items: GOOD });
      expect(simulation.runRecord(execution)).not.toHaveProperty('wrongTableIds');
    } finally {
      simulation.close();
    }
  });

  it('and the keys that differ are named when one does', async () => {
    const loses = { Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 20, LosesItems: 1, Times: 1 };
    await run({ world: smallWorld({ tableJobs: [loses, ...jobs] }) }, (_simulation, execution) =>
      expect(output(execution)).toMatchObject({ Warning: expect.stringMatching(/differ .*"pk":\{"S":"park#/) }),
    );
  });
});

it('verifies later, by an operation, what a run could not verify', async () => {
  await run(
    { faults: [{ call: 'dynamodb:Scan', by, fault: 'accessDenied', times: 'always' }] },
    async (simulation, swap) => {
      const verify = async (RunId: string, name: string) => {
        const input = { Operation: 'VerifyTable', TableName: TABLE, RunId };
        const execution = simulation.start('dynamodb-table-operation', input, name);
        await simulation.finish(execution);
        return execution;
      };
      const same = await verify(swap.arn, 'same');
      expect(output(same)).toMatchObject({ Result: `the table ${TABLE} has what the duplicate ${DUPLICATE} has` });
      simulation.region.dynamodb.DeleteItem({ TableName: TABLE, Key: { pk: { S: 'park#1' } } });
      expect(await verify(swap.arn, 'changed')).toMatchObject({ status: 'FAILED', error: 'TableVerificationError' });
      expect(await verify(`${swap.arn}x`, 'unknown')).toMatchObject({ error: 'InvalidInputError' });
    },
  );
});

describe('What the deletion rests on is looked at again right before it', () => {
  let simulation: Simulation;
  afterEach(() => simulation?.close());

  /** Runs a swap in which `act` happens while the run waits for the answer; returns how it ended. */
  async function swap(act: (simulation: Simulation) => unknown, world = smallWorld(), keys: object = {}) {
    simulation = await open(world);
    const execution = await untilAsked(simulation, swapInput({ ...keys }));
    await act(simulation);
    await simulation.finish(execution);
    return execution;
  }
  const expectUntouched = () =>
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });

  it('so a duplicate that was deleted stops the run', async () => {
    const execution = await swap(({ region }) => region.dynamodb.DeleteTable({ TableName: DUPLICATE }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DuplicateChangedError' });
    expectUntouched();
  });

  it('so a duplicate that was written to stops the run', async () => {
    const execution = await swap(({ region }) =>
      region.dynamodb.DeleteItem({ TableName: DUPLICATE, Key: { pk: { S: 'park#3' } } }),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DuplicateChangedError' });
    expect(execution.cause).toContain('was changed since it was verified: 2 items instead of 3');
    expectUntouched();
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it('so a backup that was deleted stops the run', async () => {
    const execution = await swap(({ region }) => {
      const [backup] = region.dynamodb.backups.present().filter(({ name }) => name.includes('--dupe-'));
      region.dynamodb.DeleteBackup({ BackupArn: backup?.arn });
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'FallbackMissingError' });
    expect(execution.cause).toContain('is not there; nothing was deleted');
    expectUntouched();
  });

  it('and a table that somebody deleted meanwhile is restored, with a warning about its last writes', async () => {
    const world = smallWorld({ tables: [parksTable({ DeletionProtectionEnabled: false })] });
    const execution = await swap(({ region }) => region.dynamodb.DeleteTable({ TableName: TABLE }), world);
    expect(execution.status).toBe('SUCCEEDED');
    expect(output(execution).Warning).toMatch(/^the table ParksAr was gone at \S+, deleted by somebody else/);
  });

  it('so a restore that DynamoDB refuses stops the run before the name is empty', async () => {
    simulation = await open(smallWorld(), [
      { call: 'dynamodb:RestoreTableFromBackup', fault: 'accessDenied', times: 'always' },
    ]);
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoreRefusedError' });
    expect(execution.cause).toContain('nothing was deleted');
    expectUntouched();
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it('so a protection from deletion that was set meanwhile stops the run', async () => {
    const world = smallWorld({ tables: [parksTable({ DeletionProtectionEnabled: false })] });
    const execution = await swap(
      ({ region }) => region.dynamodb.UpdateTable({ TableName: TABLE, DeletionProtectionEnabled: true }),
      world,
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableChangedError' });
    expectUntouched();
  });

  it('and every other setting that was changed meanwhile comes back as it is then, and is listed', async () => {
    const execution = await swap(({ region }) => {
      region.dynamodb.TagResource({
        ResourceArn: region.dynamodb.DescribeTable({ TableName: TABLE }).Table?.TableArn,
        Tags: [{ Key: 'legal-hold', Value: 'yes' }],
      });
      region.dynamodb.UpdateContinuousBackups({
        TableName: TABLE,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      });
    });
    const { Tags, ...table } = tableOf(simulation) ?? {};
    expect(Tags).toContainEqual({ Key: 'legal-hold', Value: 'yes' });
    expect(table).toMatchObject({ Items: GOOD, RecoveryPeriodInDays: 7, DeletionProtectionEnabled: true });
    expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
    expect(output(execution).SettingsChangedMeanwhile).toEqual([
      expect.stringContaining('legal-hold'),
      expect.stringContaining('point-in-time recovery'),
    ]);
  });

  it('and a fallback that is older than FallbackMaxAgeMinutes is made again, with what was written since', async () => {
    const world = smallWorld({ operator: { afterSeconds: 20 * 60 } });
    const execution = await swap(
      ({ region }) => region.dynamodb.PutItem({ TableName: TABLE, Item: { pk: { S: 'late' } } }),
      world,
      { FallbackMaxAgeMinutes: 15 },
    );
    const { FallbackBackupArn, EarlierFallbackBackupArn } = output(execution);
    const itemsOf = (arn: unknown) => simulation.region.dynamodb.backups.find(String(arn)).image.items;
    expect(itemsOf(FallbackBackupArn)).toContainEqual({ pk: { S: 'late' } });
    expect(itemsOf(EarlierFallbackBackupArn)).toHaveLength(3);
  });

  it('and a fallback that is young enough stays the only one', async () => {
    const execution = await swap(() => undefined);
    expect(output(execution)).not.toHaveProperty('EarlierFallbackBackupArn');
  });
});

describe('An application that writes as soon as the table is there again', () => {
  /** Changes items when the restored table becomes ACTIVE, before the run looks at it. */
  async function swapWhileWritten(
    keys: string[],
    assess: (simulation: Simulation, report: Record<string, unknown>) => void,
  ) {
    const simulation = await open();
    try {
      let hasWritten = false;
      simulation.account.observer.observe(({ what, subject, detail }) => {
        if (hasWritten || what !== 'table' || subject !== TABLE || detail.state !== 'ACTIVE') return;
        if (!simulation.region.dynamodb.tables.get(TABLE)?.restoreSummary) return;
        hasWritten = true;
        for (const pk of keys)
          simulation.region.dynamodb.PutItem({
            TableName: TABLE,
            Item: { pk: { S: pk }, Name: { S: 'changed by the application' } },
          });
      });
      const execution = simulation.start('dynamodb-swap-restore', swapInput());
      await simulation.finish(execution);
      expect(hasWritten).toBe(true);
      assess(simulation, output(execution));
    } finally {
      simulation.close();
    }
  }

  it('keeps what it wrote, and the duplicate stays to be compared with', async () => {
    await swapWhileWritten(['park#1'], (simulation, report) => {
      expect(report).toMatchObject({ DataUnderName: 'restored', DuplicateTableName: DUPLICATE });
      expect(report.Warning).toContain('1 of 3 sampled items differ');
      expect(tableOf(simulation)?.Items).toContainEqual({ pk: 'park#1', Name: 'changed by the application' });
      expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    });
  });

  it('is not believed when most of the sample differs', async () => {
    await swapWhileWritten(['park#1', 'park#2'], (simulation) => {
      expect(tableOf(simulation)?.Items).toEqual(GOOD);
    });
  });
});
