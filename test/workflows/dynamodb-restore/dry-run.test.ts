import {
  BACKUP_ARN,
  BEFORE,
  inBackup,
  open,
  output,
  smallWorld,
  swapInput,
  TABLE,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import { isRead } from '../../../simulator/faults';
import { saveWorld } from '../../../simulator/world';

const operation = 'dynamodb-table-operation';
const of = (Operation: string, keys: object = {}) => ({ Operation, TableName: TABLE, ...keys });

/** What the account owns, without its clock. */
function ownedBy(simulation: Simulation): unknown {
  const { startAt, ...world } = saveWorld(simulation.account);
  return JSON.parse(JSON.stringify(world));
}

async function dryRun(
  { workflow, world, input }: { workflow: string; world?: World; input: object },
  assess: (simulation: Simulation, execution: Execution) => void,
): Promise<void> {
  const simulation = await open({ ...(world ?? smallWorld()), parameters: {} });
  try {
    const before = ownedBy(simulation);
    const execution = simulation.start(workflow, { ...input, DryRun: true });
    await simulation.finish(execution);
    assess(simulation, execution);
    expect(ownedBy(simulation)).toEqual(before);
    const runsTable = simulation.stack.resource('RunsTable').physicalId;
    const changes = simulation.account.endpoint.calls.filter(
      ({ call, resource, principalArn }) =>
        /OpenSwap|OpenOperation|Report|Check|Protect|Restore|Back|Delete/.test(principalArn) &&
        !isRead(call) &&
        call !== 'lambda:Invoke' &&
        !resource.includes(runsTable),
    );
    expect(changes.map(({ call }) => call)).toEqual([]);
    expect(simulation.items('LocksTable')).toEqual([]);
    expect(simulation.region.sns.published).toEqual([]);
  } finally {
    simulation.close();
  }
}

it('says what a swap would do, and changes nothing but for its record', async () => {
  await dryRun({ workflow: 'dynamodb-swap-restore', input: swapInput() }, (simulation, execution) => {
    expect(output(execution)).toMatchObject({
      DataUnderName: 'untouched',
      Cost: { Once: expect.any(Number), MonthlyAtMost: expect.any(Number) },
      ExpectedFrom: expect.stringMatching(/^nothing: no restore of ParksAr was measured/),
      DryRun: [
        `restore the time ${BEFORE} to the duplicate ParksAr--dupe-Nov-20-2026-22-00-00`,
        expect.stringMatching(/^back up ParksAr \(3 items, \d+ bytes, .* as ParksAr--orig-.*, kept for 35 days$/),
        'back up the duplicate',
        'ask for approval, for 1440 minutes at most',
        'delete ParksAr, with its protection from deletion taken off',
        expect.stringContaining('restore the backup of the duplicate as ParksAr; the name is empty until then'),
        'put back every setting of ParksAr',
        'remove the duplicate and its backup',
      ],
    });
    expect(simulation.runRecord(execution)).toMatchObject({ settings: { DryRun: true }, outcome: 'SUCCEEDED' });
  });
});

it.each([
  [of('CreateBackup'), ['back up ParksAr as ParksAr--orig-Nov-20-2026-22-00-00']],
  [
    of('DeleteTable', { ConfirmTableName: TABLE, RemoveDeletionProtection: true }),
    ['back up ParksAr as ParksAr--orig-Nov-20-2026-22-00-00', 'delete ParksAr'],
  ],
  [of('EnableDeletionProtection'), ['protect ParksAr from deletion']],
  [
    of('RestoreFromBackup', { BackupArn: BACKUP_ARN, TargetTableName: 'ParksAr-look' }),
    [`restore ${BACKUP_ARN} as ParksAr-look`, 'name the settings in which it differs from ParksAr, and change none'],
  ],
])('says what %j would do, and changes nothing but for its record', async (input, plan) => {
  await dryRun({ workflow: operation, world: smallWorld(inBackup()), input }, (_simulation, execution) => {
    expect(execution.cause).toBeUndefined();
    expect(output(execution)).toMatchObject({ DryRun: plan });
  });
});

it('says how long a swap, and the time without a name in it, took the last one', async () => {
  const simulation = await open();
  try {
    const swap = simulation.start('dynamodb-swap-restore', {
      ...swapInput(),
      Approval: 'Skip',
    });
    await simulation.finish(swap);
    expect(swap.cause).toBeUndefined();
    const { UnavailableSeconds, FallbackBackupArn: BackupArn } = output(swap) as Record<string, number | string>;
    const again = { ...swapInput(), Source: { Type: 'Backup', BackupArn }, DryRun: true };
    const dry = simulation.start('dynamodb-swap-restore', again, 'dry');
    await simulation.finish(dry);
    expect(output(dry)).toMatchObject({
      ExpectedDowntimeSeconds: UnavailableSeconds,
      ExpectedSeconds: 2 * Number(UnavailableSeconds),
      ExpectedFrom: expect.stringMatching(/^the restore that a swap measured at 2026-/),
    });
    const operation = of('RestoreFromBackup', { BackupArn, TargetTableName: 'ParksAr-look', DryRun: true });
    const beside = simulation.start('dynamodb-table-operation', operation, 'beside');
    await simulation.finish(beside);
    expect(output(beside)).toMatchObject({ ExpectedSeconds: UnavailableSeconds, Cost: { Once: expect.any(Number) } });
  } finally {
    simulation.close();
  }
});

it('says so beside a run that holds the table', async () => {
  const simulation = await open();
  try {
    const swap = simulation.start('dynamodb-swap-restore', swapInput());
    const isHeld = () => simulation.items('LocksTable').length > 0;
    await simulation.account.clock.runUntil(isHeld, 3600);
    const execution = simulation.start(operation, { ...of('CreateBackup'), DryRun: true });
    await simulation.account.clock.runUntil(() => execution.status !== 'RUNNING', 3600);
    expect(execution.status).toBe('SUCCEEDED');
    expect(isHeld()).toBe(true);
    await simulation.finish(swap);
    expect(swap.status).toBe('SUCCEEDED');
  } finally {
    simulation.close();
  }
});
