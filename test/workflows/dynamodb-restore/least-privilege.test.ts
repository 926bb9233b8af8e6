import {
  BACKUP_ARN,
  BEFORE,
  COLD,
  daysPass,
  fromPoint,
  fullWorld,
  inBackup,
  open,
  POINT_ARN,
  parksTable,
  recoveryPoint,
  smallWorld,
  swapInput,
  TABLE,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import { NOT_PERMITTED } from '../../../scenarios/refusals';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';
import type { World } from '../../../scenarios/world';
import type { Fault } from '../../../simulator/faults';
import { unusedGrants } from '../../../simulator/iam/authorize';

const DAY_SECONDS = 24 * 3600;

interface Scenario {
  workflow?: string;
  world?: World;
  input?: unknown;
  faults?: Fault[];
  /** An operator stops the execution so long after it entered this state. */
  aborted?: { state: string; seconds: number };
  /** The same input once more, when the first run is over. */
  isStartedAgain?: boolean;
  /** What happens in the account when the execution enters this state. */
  meanwhile?: { state: string; act: (simulation: Simulation) => void };
  /** What the run left is removed, by an operation. */
  isRemovedAfter?: boolean;
  /** How long the account is looked at afterwards. */
  daysAfter?: number;
}

const jobs = smallWorld().tableJobs ?? [];
const point = recoveryPoint(COLD);
const withoutRecovery = parksTable({ PointInTimeRecoveryEnabled: false, History: undefined });
const points = { vaults: [{ BackupVaultName: VAULT }], recoveryPoints: [point] };
const operation = (Operation: string, keys: object = {}) => ({
  workflow: 'dynamodb-table-operation',
  input: { Operation, TableName: TABLE, ...keys },
});
const deletion = operation('DeleteTable', { ConfirmTableName: TABLE, RemoveDeletionProtection: true });

/** Targets outlive their table. These are removed by a clean-up of the account. */
function removeScalableTargets({ region }: Simulation): void {
  for (const { ResourceId, ScalableDimension } of region.applicationAutoScaling.snapshot())
    region.applicationAutoScaling.DeregisterScalableTarget({
      ServiceNamespace: 'dynamodb',
      ResourceId,
      ScalableDimension,
    });
}

const encrypted = {
  Enabled: true,
  SSEType: 'KMS' as const,
  KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001',
};

const AT_ONCE = (['Restore', 'CreateBackup', 'DeleteTable'] as const).map((Operation) => ({
  Operation,
  Table: '*',
  DurationSeconds: 0,
}));

function diesAfterRecord(by: string): Fault[] {
  return [{ call: 'dynamodb:PutItem', by, fault: 'crashAfter' }];
}

/** Runs that between them come to everything that the workflows ever do. */
const SCENARIOS: Record<string, Scenario> = {
  'a table with every setting is swapped': { world: fullWorld() },
  'a table is restored from cold storage': { world: smallWorld(points), input: fromPoint },
  'a table is restored from a backup': {
    world: smallWorld(inBackup()),
    input: swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }),
  },
  'a table under a customer managed key is restored from a backup that was not, at the second attempt': {
    world: smallWorld({
      ...inBackup(),
      tables: [parksTable({ SSESpecification: encrypted })],
      tableJobs: [{ Operation: 'Restore', Table: TABLE, DurationSeconds: 20, Fails: true, Times: 1 }, ...jobs],
    }),
    input: swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }),
  },
  'the name of the table takes minutes to be free': {
    world: smallWorld({ tableJobs: [{ Operation: 'DeleteTable', Table: TABLE, DurationSeconds: 90 }, ...jobs] }),
  },
  'the restored data lacks an index': {
    world: smallWorld({
      ...inBackup(),
      tables: [
        parksTable({
          AttributeDefinitions: ['pk', 'Name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          GlobalSecondaryIndexes: [
            {
              IndexName: 'ByName',
              KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      ],
    }),
    input: swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }),
  },
  'the run is aborted and never started again': { aborted: { state: 'Ask Approval', seconds: 5 }, daysAfter: 3 },
  'the run is aborted and started again': { aborted: { state: 'Ask Approval', seconds: 5 }, isStartedAgain: true },
  'the run is aborted before it knows its restore job': {
    world: smallWorld(points),
    input: fromPoint,
    faults: [{ call: 'backup:StartRestoreJob', fault: 'crashAfter', times: 'always' }],
    aborted: { state: 'Restore Duplicate', seconds: 3 },
  },
  'the fallback is old': { input: swapInput({ FallbackGraceDays: 1 }), daysAfter: 6 },
  'the restored table is wrong': {
    world: smallWorld({
      tableJobs: [{ Operation: 'Restore', Table: TABLE, DurationSeconds: 20, LosesItems: 1, Times: 1 }, ...jobs],
    }),
  },
  'the run is aborted while the duplicate of a table under a customer managed key is restored': {
    world: smallWorld({ tables: [parksTable({ SSESpecification: encrypted })] }),
    aborted: { state: 'Restore Duplicate', seconds: 10 },
  },
  'the run is aborted while AWS Backup restores the duplicate': {
    world: smallWorld(points),
    input: fromPoint,
    aborted: { state: 'Restore Duplicate', seconds: 60 },
  },
  'auto scaling targets are removed while the table is restored': {
    world: fullWorld(),
    meanwhile: { state: 'Restore Original', act: removeScalableTargets },
  },
  'the run is aborted while the table is restored': { aborted: { state: 'Restore Original', seconds: 5 } },
  'the input is wrong': { input: {} },
  'no event comes': { faults: [{ event: '*', fault: 'lose', times: 'always' }] },
  'functions die after they wrote the record': { faults: diesAfterRecord('OpenSwapFunction') },
  'a table operation is begun twice': {
    ...operation('CreateBackup'),
    faults: diesAfterRecord('OpenOperationFunction'),
  },
  'the input of an operation is wrong': operation('Nothing'),
  'each restore ends at once': {
    world: smallWorld({ tableJobs: AT_ONCE }),
  },
  'a table is deleted at once': { ...deletion, world: smallWorld({ tableJobs: AT_ONCE }) },
  'a table is restored at once': {
    ...operation('RestoreFromBackup', { BackupArn: BACKUP_ARN }),
    world: smallWorld({ tables: [], tableJobs: AT_ONCE, ...inBackup() }),
  },
  'the last minute of a table without point-in-time recovery is protected, and its deletion is refused': {
    ...deletion,
    world: smallWorld({ tables: [withoutRecovery] }),
    faults: [{ call: 'dynamodb:DeleteTable', fault: 'throttle', times: 60 }],
    aborted: { state: 'Delete Table', seconds: 20 },
  },
  'the last minute of a table without point-in-time recovery is protected, and the approval is refused': {
    world: smallWorld({ ...inBackup(), tables: [withoutRecovery], operator: { answer: 'refuse', afterSeconds: 20 } }),
    input: swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }),
  },
  'what a swap left is removed, under a customer managed key': {
    world: smallWorld({ tables: [parksTable({ SSESpecification: encrypted })] }),
    input: swapInput({ Cleanup: false }),
    isRemovedAfter: true,
  },
  'a backup is made, and an operator asks for the configuration meanwhile': {
    ...operation('CreateBackup'),
    meanwhile: { state: 'Back Up Table', act: askForConfiguration },
  },
  'a table is deleted': deletion,
  'the deletion of a table is aborted': { ...deletion, aborted: { state: 'Delete Table', seconds: 0.6 } },
  'a table is restored by itself': {
    ...operation('RestoreFromBackup', { BackupArn: BACKUP_ARN }),
    world: smallWorld({ tables: [], ...inBackup() }),
  },
  'a table is restored by itself, under a customer managed key': {
    ...operation('RestoreFromBackup', { BackupArn: BACKUP_ARN }),
    world: smallWorld({
      tables: [],
      ...inBackup({ SSESpecification: encrypted }),
    }),
  },
  'a table is restored by AWS Backup': {
    ...operation('RestoreFromRecoveryPoint', { RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT }),
    world: smallWorld({ tables: [], ...points }),
  },
  'point-in-time recovery is turned on': operation('EnablePointInTimeRecovery'),
  'deletion protection is turned on': operation('EnableDeletionProtection'),
  'a table is restored to a point in time beside itself': {
    ...operation('RestoreToPointInTime', { TargetTableName: `${TABLE}-look`, RestoreDateTime: BEFORE }),
  },
  'the period of point-in-time recovery is made longer': {
    ...operation('EnablePointInTimeRecovery', { RecoveryPeriodInDays: 10 }),
    world: smallWorld({ tables: [parksTable({ RecoveryPeriodInDays: 5 })] }),
  },
};

function askForConfiguration({ region, stack }: Simulation): void {
  void region.lambda.run(String(stack.resource('CheckConfigurationFunction').attributes.Arn), {});
}

/** Permissions that none of these runs needs, with the reason. */
const ALLOWED: Record<string, string> = {
  'AnswerApprovalFunction sqs:SendMessage': 'Step Functions does not answer the end of the question: waiting.test.ts',
  'OpenSwapFunction dynamodb:GetItem': 'the lock of another stack: two-stacks.test.ts',
  'OpenOperationFunction dynamodb:GetItem': 'the lock of another stack: two-stacks.test.ts',
  'states:SendTaskFailure': 'an attempt, or an answer, may come after the deadline',
  'AnswerApprovalFunction states:SendTaskSuccess': 'the approval of an item restore: its least-privilege.test.ts',
  'AnswerApprovalFunction states:SendTaskHeartbeat': 'an answer may come when the last heartbeat is a minute old',
  'MakeIndexFunction states:SendTaskSuccess': 'an index may be refused, or be there when another attempt begins',
  'AskApprovalFunction states:SendTaskSuccess': 'the answer may be there before another attempt asks',
  'RemoveOldFallbacksFunction dynamodb:GetItem': 'a notification that SNS did not take: notifications.test.ts',
  'RemoveOldFallbacksFunction sqs:SendMessage': 'no daily look fails three times here',
  'ReportSwapFunction dynamodb:DescribeTable': 'a restored table that could not be verified: verdicts.test.ts',
  'VerifyOperationFunction dynamodb:Scan': 'the operation VerifyTable: verdicts.test.ts',
  'iam:SimulatePrincipalPolicy': "a role without AWS's own policy: preflight.test.ts",
  'kms:DescribeKey': 'a key that the input chooses: preflight.test.ts',
  'VerifyOperationFunction kms:Decrypt': 'the operation VerifyTable, for a customer managed key',
  'CheckOperationFunction dynamodb:GetItem': 'the operation VerifyTable: verdicts.test.ts',
  'ReportOperationFunction dynamodb:DescribeTable': 'a deletion that was stopped too late: table-operation.test.ts',
  'ReportOperationFunction dynamodb:ListBackups': 'a deletion that was stopped too late: table-operation.test.ts',
};

async function run(
  {
    workflow = 'dynamodb-swap-restore',
    world,
    input = swapInput(),
    faults,
    aborted,
    isStartedAgain,
    isRemovedAfter,
    daysAfter,
    meanwhile,
  }: Scenario,
  assess: (simulation: Simulation) => void,
): Promise<void> {
  const simulation = await open(world, faults);
  try {
    const { clock } = simulation.account;
    const execution = simulation.start(workflow, input);
    if (aborted) {
      const { state, seconds } = aborted;
      await clock.runUntil(() => hasEntered(execution, state), DAY_SECONDS);
      await clock.runUntil(clock.sleep(seconds), seconds + 1);
      simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    }
    if (meanwhile) {
      await clock.runUntil(() => hasEntered(execution, meanwhile.state), DAY_SECONDS);
      meanwhile.act(simulation);
    }
    await simulation.finish(execution);
    if (isStartedAgain) await simulation.finish(simulation.start(workflow, input, 'run-2'));
    if (isRemovedAfter) {
      const { workflow: remover, input: removal } = operation('RemoveLeftovers', { RunId: execution.arn });
      await simulation.finish(simulation.start(remover, removal, 'removal'));
    }
    if (daysAfter) await daysPass(simulation, daysAfter);
    assess(simulation);
  } finally {
    simulation.close();
  }
}

/** What the roles of this folder's functions may do and have not done. */
function unusedActions({ account, region }: Simulation): string[] {
  const ours = [...region.lambda.functions.values()]
    .map(({ configuration }) => configuration)
    .filter(({ entryPoint }) => entryPoint.includes('/functions/dynamodb-restore/'))
    // test/workflows/item-restore has those.
    .filter(({ entryPoint }) => !entryPoint.includes('/item-restore/'));
  const idByRole = new Map(ours.map(({ roleArn, logicalId }) => [roleArn, logicalId]));
  return unusedGrants(account)
    .filter(({ roleArn }) => idByRole.has(roleArn))
    .map(({ roleArn, action }) => `${idByRole.get(roleArn)} ${action}`)
    .filter((grant) => !ALLOWED[grant] && !ALLOWED[grant.split(' ')[1] ?? '']);
}

let neverDone: string[] | undefined;

describe('No call is denied', () => {
  it.each(Object.keys(SCENARIOS))('when %s', async (name) => {
    await run(SCENARIOS[name] ?? {}, (simulation) => {
      const notDone = unusedActions(simulation);
      neverDone = (neverDone ?? notDone).filter((grant) => notDone.includes(grant));
      const denied = simulation.account.endpoint.calls.filter(({ outcome }) => NOT_PERMITTED.test(outcome));
      expect(denied).toEqual([]);
    });
  });
});

it('needs each permission in one of these runs at least', () => {
  expect(neverDone).toEqual([]);
});
