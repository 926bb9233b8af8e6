import { inputOf, MIXED, open, overwritten, WORKFLOW, worldOf } from '../../../scenarios/item-restore/items';
import { NOT_PERMITTED } from '../../../scenarios/refusals';
import type { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import type { Fault } from '../../../simulator/faults';
import { unusedGrants } from '../../../simulator/iam/authorize';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';

interface Scenario {
  world?: World;
  input?: Record<string, unknown>;
  faults?: Fault[];
  after?: (simulation: Simulation, execution: Execution) => Promise<void>;
}

async function undone(simulation: Simulation, execution: Execution): Promise<void> {
  const { Journal } = JSON.parse(execution.output ?? '{}');
  await simulation.finish(simulation.start(WORKFLOW, { TableName: 'Products', Source: { Journal } }, 'run-2'));
}

const streaming = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const } };

/** Runs that between them come to everything that the workflow ever does. */
const SCENARIOS: Record<string, Scenario> = {
  'a window is undone, and that is undone': { world: worldOf(MIXED, {}, streaming), after: undone },
  'of a table under a customer managed key': {
    world: worldOf(MIXED, {}, { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY } }),
    after: undone,
  },
  'no journal is there': {
    input: { From: undefined, To: undefined, Source: { Journal: 's3://none/item-restores/x/' } },
  },
  'the input is wrong': { input: { From: 'x' } },
  'a filter fails': { input: { Filter: 'new.Price' } },
  'a deletion goes without an answer': {
    world: worldOf([...MIXED, overwritten('z')]),
    faults: [{ call: 'dynamodb:DeleteItem', by: 'WriteItemsFunction', fault: 'timeoutAfterSuccess' }],
  },
  'the answer to the opening is lost': {
    faults: [{ call: 'dynamodb:PutItem', by: 'OpenItemRestoreFunction', fault: 'crashAfter' }],
  },
  'exports are there at once': {
    world: worldOf(MIXED, { tableJobs: [{ Operation: 'Export', Table: '*', DurationSeconds: 0 }] }),
  },
  'the record cannot be opened': {
    faults: [{ call: 'dynamodb:PutItem', by: 'OpenItemRestoreFunction', fault: 'accessDenied', times: 'always' }],
  },
};

/** Permissions that none of these runs needs, with the reason. */
const ALLOWED: Record<string, string> = {
  'OpenItemRestoreFunction dynamodb:GetItem': 'the lock of another stack: two-stacks.test.ts',
  'states:SendTaskFailure': 'an attempt may come after the deadline',
  'CheckItemRestoreFunction s3:ListBucket': 'a journal that is not there: bad-input.test.ts',
  'RouteRecordsFunction dynamodb:UpdateItem': 'a data file that is damaged: bad-input.test.ts',
  'AskItemApprovalFunction states:SendTaskSuccess': 'the answer may be there before another attempt asks',
  'WaitForWindowFunction sqs:SendMessage':
    'what can be exported is minutes behind: a wait that does not end at once sends its looks',
};

describe('The rights of dynamodb-item-restore', () => {
  it('denies no call of the runs, and allows none that no run makes', async () => {
    const denied: string[] = [];
    let unused: string[] | undefined;
    for (const [name, { world = worldOf(MIXED), input = {}, faults = [], after }] of Object.entries(SCENARIOS)) {
      const simulation = await open({ world, faults });
      try {
        const given = Object.fromEntries(Object.entries(inputOf(input)).filter(([, value]) => value !== undefined));
        const execution = simulation.start(WORKFLOW, given);
        await simulation.finish(execution);
        await after?.(simulation, execution);
        const isFault = faults.some((fault) => 'fault' in fault && fault.fault === 'accessDenied');
        for (const { call, outcome } of isFault ? [] : simulation.account.endpoint.calls)
          if (NOT_PERMITTED.test(outcome)) denied.push(`${name}: ${call}`);
        const now = unusedActions(simulation);
        unused = unused ? unused.filter((grant) => now.includes(grant)) : now;
      } finally {
        simulation.close();
      }
    }
    expect(denied).toEqual([]);
    const isAllowed = (grant: string) => grant in ALLOWED || (grant.split(' ')[1] ?? '') in ALLOWED;
    expect((unused ?? []).filter((grant) => !isAllowed(grant))).toEqual([]);
  });
});

/** What the roles of the workflow's functions may do and have not done. */
function unusedActions({ account, region }: Simulation): string[] {
  const ours = [...region.lambda.functions.values()]
    .map(({ configuration }) => configuration)
    .filter(({ entryPoint }) => entryPoint.includes('/item-restore/'));
  const idByRole = new Map(ours.map(({ roleArn, logicalId }) => [roleArn, logicalId]));
  return [
    ...new Set(
      unusedGrants(account).flatMap(({ roleArn, action }) => {
        const id = idByRole.get(roleArn);
        return id ? [`${id} ${action}`] : [];
      }),
    ),
  ];
}
