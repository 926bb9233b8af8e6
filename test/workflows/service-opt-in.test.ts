import {
  FROM_POINT,
  goodTable,
  output,
  POINT_ARN,
  smallWorld,
  TABLE,
  VAULT,
} from '../../scenarios/dynamodb-restore/parks';
import { inputWith, world as recoveryWorld } from '../../scenarios/efs-recovery/recovery';
import { Simulation, type SimulationOptions } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';

let simulation: Simulation | undefined;

afterEach(() => simulation?.close());

/** Runs a workflow in an account in which AWS Backup is turned off for what it recovers. */
async function runIn(
  [workflow, world, input]: Recovery,
  {
    changes = { backupTurnedOff: ['EFS', 'DynamoDB'] },
    ...options
  }: { changes?: World } & Omit<SimulationOptions, 'world'> = {},
) {
  simulation = await Simulation.open({ world: { ...world, ...changes }, ...options });
  const execution = simulation.start(workflow, input);
  await simulation.finish(execution);
  return { execution, messages: simulation.region.sns.published.map(({ message }) => message).join() };
}

type Recovery = [workflow: string, world: World, input: object];

const TABLE_POINT = {
  RecoveryPointArn: POINT_ARN,
  BackupVaultName: VAULT,
  ResourceArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${TABLE}`,
  ResourceType: 'DynamoDB',
  Table: goodTable(),
};
const TABLE_WORLD = smallWorld({ vaults: [{ BackupVaultName: VAULT }], recoveryPoints: [TABLE_POINT], tables: [] });
const RECOVERIES: Recovery[] = [
  ['efs-copy-restore', recoveryWorld('efs-copy-restore'), inputWith('efs-copy-restore')],
  [
    'dynamodb-table-operation',
    TABLE_WORLD,
    { Operation: 'RestoreFromRecoveryPoint', TableName: TABLE, RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT },
  ],
  ['dynamodb-swap-restore', TABLE_WORLD, { TableName: TABLE, Source: FROM_POINT }],
];

describe.each(RECOVERIES)('Where AWS Backup is turned off for the service, %s', (...recovery) => {
  it('recovers all the same, with a warning, if AWS Backup does', async () => {
    // Act
    const { execution, messages } = await runIn(recovery, { doubts: { 'backup.optOutOfRecoveries': 'carriedOut' } });
    // Assess
    expect(execution.status).toBe('SUCCEEDED');
    expect(output(execution).Warning ?? output(execution).Warnings).toMatch(
      /AWS Backup is turned off for (EFS|DynamoDB)/,
    );
    expect(messages).toMatch(/AWS Backup is turned off for (EFS|DynamoDB) in eu-/);
  });

  it('fails with the reason and what to do, if AWS Backup refuses it', async () => {
    // Act
    const { execution, messages } = await runIn(recovery, { doubts: { 'backup.optOutOfRecoveries': 'refused' } });
    // Assess
    expect(execution.status).toBe('FAILED');
    expect(messages).toContain('not opted in for this account');
    expect(messages).toMatch(/turn it on in the AWS Backup console/);
  });

  it('says in one warning that it could not look, and continues', async () => {
    // Prepare
    const call = 'backup:DescribeRegionSettings';
    const faults = [{ call, fault: 'accessDenied' as const, times: 'always' as const }];
    // Act
    const { execution } = await runIn(recovery, { changes: {}, faults });
    // Assess
    expect(execution.status).toBe('SUCCEEDED');
    expect(String(output(execution).Warning ?? output(execution).Warnings)).toContain('could not be looked up');
  });
});
