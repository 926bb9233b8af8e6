import { settle } from '../../scenarios/pre-post-backup/invariants';
import { scriptedInput, smallWorld } from '../../scenarios/pre-post-backup/small-fleet';
import { NOT_PERMITTED } from '../../scenarios/refusals';
import { Simulation } from '../../scenarios/simulation';
import { hasEntered } from '../../scenarios/states';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';
import type { Fault } from '../../simulator/faults';
import { neededGrants, unusedGrants } from '../../simulator/iam/authorize';

const WORKFLOW = 'pre-post-backup';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:eu-west-1:111122223333:key/${KEY_ID}`;

type Script = NonNullable<NonNullable<World['instances']>[number]['Scripts']>[number];

interface Scenario {
  world?: (world: World) => void;
  faults?: Fault[];
  input?: Record<string, unknown>;
  /** Starts what there is to run; by default one execution with `input`. */
  act?: (simulation: Simulation, start: (name?: string) => Execution) => Promise<Execution>;
}

const NO_RECONCILER: Fault = {
  call: 'dynamodb:Query',
  by: 'ReconcileWaitsFunction',
  fault: 'serverError',
  times: 'always',
};
const NO_EVENTS: Fault = { event: '*', fault: 'lose', times: 'always' };
const NO_UNDO: Fault = { call: 'dynamodb:Query', by: 'FindOpenGroupsFunction', fault: 'serverError', times: 'always' };

/** Runs that between them come to everything that the workflow ever does. */
const SCENARIOS: Record<string, Scenario> = {
  'everything goes well': {},
  'one of the instances found by their tag is a Spot instance': {
    input: { TargetEC2Instances: undefined, TargetEC2TagKey: 'app', TargetEC2TagValue: 'web' },
    world: ({ instances = [] }) => {
      for (const instance of instances) instance.Tags = { app: 'web' };
      Object.assign(instances[0] ?? {}, { Spot: 'persistent' });
    },
  },
  'the key of the volumes is open to looks only': {
    world: ({ keys = [] }) => {
      const Principal = { AWS: 'arn:aws:iam::111122223333:root' };
      const looks = { Effect: 'Allow', Principal, Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'], Resource: '*' };
      Object.assign(keys[0] ?? {}, { Policy: { Version: '2012-10-17', Statement: [looks] } });
    },
  },
  'the key of the volumes is lost for a while': {
    act: async (simulation, start) => {
      const execution = start();
      await enters(simulation, 'Back Up Instances');
      const { kms } = simulation.region;
      kms.change(KEY_ID, { KeyState: 'Disabled' });
      simulation.account.clock.after(600, () => kms.change(KEY_ID, { KeyState: 'Enabled' }));
      return execution;
    },
  },
  'the input is wrong': { input: { BackupDetails: {} } },
  'the pre script fails': { world: withScript({ Contains: 'pre.sh', Status: 'Failed', ExitCode: 3 }) },
  'SSM never sends the pre script, and the reconciler sees it': {
    world: withScript({ Contains: 'pre.sh', Status: 'NoInvocation' }),
    faults: [NO_EVENTS],
  },
  'SSM never sends the pre script, and an event tells': {
    world: withScript({ Contains: 'pre.sh', Status: 'NoInvocation' }),
    faults: [NO_RECONCILER],
  },
  'EC2 has no token for a stop at first': {
    faults: [{ call: 'ec2:StopInstances', fault: 'throttle', times: 12 }],
  },
  'an instance never comes to a stop': {
    world: ({ instances = [] }) => Object.assign(instances[0] ?? {}, { StopOutcome: 'stuck' }),
  },
  'only the reconciler looks': { input: { ResumeAfter: 'SnapshotStarted' }, faults: [NO_EVENTS] },
  'only events are looked at': {
    input: { ResumeAfter: 'SnapshotStarted' },
    // Long enough for an event about the running job.
    world: ({ backupJobs = [] }) => {
      for (const job of backupJobs) job.DurationSeconds = 2400;
    },
    faults: [NO_RECONCILER],
  },
  'only events are looked at while backing up': { faults: [NO_RECONCILER] },
  'no look comes, and the states are tried again': { faults: [NO_EVENTS, NO_RECONCILER] },
  'a function dies after each call that must not be made twice': {
    faults: [
      { call: 'ssm:SendCommand', fault: 'crashAfter' },
      { call: 'ssm:SendCommand', fault: 'crashAfter', nth: 3 },
      { call: 'backup:StartBackupJob', fault: 'crashAfter' },
    ],
  },
  'what events start fails for good': {
    ...abortedIn('Back Up Instances', 20),
    faults: ['ResumeWaitFunction', 'CloseRunFunction'].map((by) => ({
      call: 'dynamodb:GetItem',
      by,
      fault: 'serverError',
      times: 'always',
    })),
  },
  'it is a dry run': { input: { DryRun: true } },
  'another run has the instances': {
    act: async (simulation, start) => {
      const first = start('run-1');
      await enters(simulation, 'Back Up Groups');
      start('run-2');
      return first;
    },
  },
  'another run is just stopping the instances': {
    world: withSlowStop,
    act: async (simulation, start) => {
      const first = start('run-1');
      await enters(simulation, 'Stop Instances');
      const { clock } = simulation.account;
      await clock.runUntil(clock.sleep(30), 31);
      start('run-2');
      return first;
    },
  },
  'the run is aborted before it begins': abortedIn('Check Fleet'),
  'the run is aborted while a script runs': {
    ...abortedIn('Run Pre Script', 4),
    world: withScript({ Contains: 'pre.sh', Status: 'Success', Seconds: 120 }),
  },
  'an instance finds no capacity to start again': {
    world: ({ instances = [] }) => Object.assign(instances[0] ?? {}, { StartOutcome: 'InsufficientInstanceCapacity' }),
  },
  'a group starts, and one of its instances is slow': {
    input: { GroupBy: 'all' },
    world: ({ instances = [] }) => Object.assign(instances[1] ?? {}, { StartSeconds: 900 }),
  },
  'the run is aborted while a group is backed up, and one of its instances is slow to start': {
    input: { GroupBy: 'all' },
    ...abortedIn('Back Up Instances', 20),
    world: ({ instances = [] }) => Object.assign(instances[1] ?? {}, { StartSeconds: 900 }),
  },
  'a function dies after it has thawed the first instance of a group': {
    input: { GroupBy: 'all' },
    world: ({ instances = [] }) => Object.assign(instances[1] ?? {}, { StartSeconds: 900 }),
    faults: [{ call: 'ssm:SendCommand', by: 'ThawStartedInstancesFunction', fault: 'crashAfter' }],
  },
  'a backup does not begin in time': {
    input: { MaxMinutesStopped: 30 },
    world: ({ backupJobs = [] }) => {
      for (const job of backupJobs) job.CreatedSeconds = 27_000;
    },
  },
  'AWS Backup starts a job and never answers': {
    input: { GroupBy: 'all' },
    faults: [{ call: 'backup:StartBackupJob', fault: 'timeoutAfterSuccess', nth: 2, times: 'always' }],
  },
  'the run is aborted while instances stop, and only events are looked at': {
    ...abortedIn('Stop Instances', 30),
    world: withSlowStop,
    faults: [NO_RECONCILER],
  },
  'the run is aborted while instances are backed up, and every event is lost': {
    ...abortedIn('Back Up Instances', 20),
    faults: [NO_EVENTS],
  },
  'the undo fails too': { ...abortedIn('Back Up Instances', 20), faults: [NO_UNDO] },
  'the undo fails too, and every event is lost': {
    ...abortedIn('Back Up Instances', 20),
    faults: [NO_UNDO, NO_EVENTS],
  },
  'an event starts the run': {
    act: (simulation) => {
      const { events } = simulation.region;
      const EventBusName = simulation.stack.resource('TriggerBus').physicalId;
      const Source = String(simulation.stack.parameters.TriggerSource);
      const Detail = JSON.stringify(scriptedInput());
      const DetailType = 'BackupSolution-PrePostScript';
      events.PutEvents({ Entries: [{ EventBusName, Source, DetailType, Detail }] });
      return enters(simulation, 'Check Fleet');
    },
  },
};

function withScript(script: Script): Scenario['world'] {
  return ({ instances = [] }) => {
    for (const instance of instances) instance.Scripts = [script];
  };
}

/** The undo finds the instances still stopping. */
function withSlowStop({ instances = [] }: World): void {
  for (const instance of instances) instance.StopSeconds = 900;
}

/** An operator stops the execution so many seconds after a state was entered. */
function abortedIn(state: string, seconds = 0): Scenario {
  return {
    act: async (simulation, start) => {
      const execution = start();
      await enters(simulation, state);
      const { clock } = simulation.account;
      await clock.runUntil(clock.sleep(seconds), seconds + 1);
      simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
      return execution;
    },
  };
}

/** Lets time pass until an execution enters a state; resolves with the execution that an operator sees. */
async function enters({ account, region }: Simulation, state: string): Promise<Execution> {
  const { executions } = region.stepFunctions;
  await account.clock.runUntil(() => [...executions.values()].some((each) => hasEntered(each, state)), 24 * 3600);
  return [...executions.values()].find(({ mapRunArn }) => !mapRunArn) as Execution;
}

/** Deploys the stack for one scenario, runs it to its end and past it, and hands it to `assess`. */
async function run({ world, faults, input, act }: Scenario, assess: (simulation: Simulation) => void): Promise<void> {
  const fleet = smallWorld();
  // The role that starts an instance needs its key.
  fleet.keys = [{ KeyId: KEY_ID }];
  for (const instance of fleet.instances ?? []) instance.VolumeKmsKeyId = KEY;
  world?.(fleet);
  const simulation = await Simulation.open({ world: fleet, faults, seed: 1 });
  try {
    const start = (name?: string) => simulation.start(WORKFLOW, { ...scriptedInput(), ...input }, name);
    const execution = act ? await act(simulation, start) : start();
    await settle(simulation, execution);
    assess(simulation);
  } finally {
    simulation.close();
  }
}

/** Permissions that none of these runs needs, with the reason. */
const ALLOWED: Record<string, string> = {
  'backup:DescribeCopyJob': 'waits of the EFS recovery',
  'backup:DescribeRestoreJob': 'waits of the EFS recovery and the DynamoDB restore',
  'elasticfilesystem:DescribeMountTargets': 'waits of the EFS recovery',
  'elasticfilesystem:DescribeFileSystems': 'waits of restore tests',
  'dynamodb:DescribeTable': 'waits of the DynamoDB restore',
  'dynamodb:DescribeBackup': 'waits of the DynamoDB restore',
  'dynamodb:DescribeContinuousBackups': 'waits of a deletion that counts on point-in-time recovery',
  'dynamodb:DescribeExport': 'waits of the item restore',
  'ResumeWaitFunction states:SendTaskFailure':
    'an event may be what brings the third refusal, or come after the deadline',
  'ResumeWaitFunction ec2:StopInstances': 'an event may come before the look that asks for the stop',
  'ReconcileWaitsFunction dynamodb:BatchGetItem': 'more than five waits that are due together: shared-looks.test.ts',
  'BackUpInstancesFunction states:SendTaskSuccess': 'a job may have ended when its state is tried again',
  'OpenRunFunction dynamodb:UpdateItem': 'fleets of more than 200 groups: shards.test.ts',
  'CheckGroupFunction dynamodb:UpdateItem': 'a look that is refused: preflight.test.ts',
  'CheckGroupFunction ec2:DescribeInstanceAttribute': 'fleets of more than 200 instances',
  'RunPreScriptFunction ec2:DescribeInstances': 'an attempt may take over a wait for instances that are gone by now',
  'RunPostScriptFunction ec2:DescribeInstances': 'an attempt may take over a wait for instances that are gone by now',
  'ThawStartedInstancesFunction ssm:CancelCommand': 'a pre script may still run when its group was given up',
  'ThawStartedInstancesFunction ssm:ListCommandInvocations': 'looks whether such a pre script has ended',
  'RunPreScriptFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'StopInstancesFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'BackUpInstancesFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'WaitForBackupsFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'StartInstancesFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'RunPostScriptFunction states:SendTaskFailure': 'an attempt may begin after the deadline',
  'CloseRunFunction states:DescribeExecution':
    'runs without a record, which are looked for hourly: unrecorded-runs.test.ts',
  'TriggerRole sqs:SendMessage': 'the schedule could not start the run',
};

const DATA = /^arn:aws:(dynamodb|lambda|sns):/;

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/** The roles of this workflow, by their ids in the template; those of functions have their functions' ids. */
function rolesOf({ stack, region }: Simulation): Map<string, string> {
  const functions = [...region.lambda.functions.values()].map(({ configuration }) => configuration);
  const ours = functions.filter(({ entryPoint }) => /\/functions\/(pre-post-backup|shared)\//.test(entryPoint));
  const others = [...stack.resources]
    .filter(([id, { type }]) => type === 'AWS::IAM::Role' && /^(PrePostBackup|Trigger)/.test(id))
    .map(([id, { attributes }]) => [String(attributes.Arn), id] as const);
  return new Map([...ours.map(({ roleArn, logicalId }) => [roleArn, logicalId] as const), ...others]);
}

/** What the roles may do and have not done: `RunPreScriptFunction ssm:SendCommand`. */
function unusedActions(simulation: Simulation): string[] {
  const roles = rolesOf(simulation);
  // Shared policies have a statement for each family: that of another one is needed by its own runs.
  const done = new Set(neededGrants(simulation.account).grants.map(({ roleArn, action }) => `${roleArn} ${action}`));
  return unusedGrants(simulation.account)
    .filter(({ roleArn, action }) => !done.has(`${roleArn} ${action}`))
    .map(({ roleArn, action }) => ({ grant: `${roles.get(roleArn)} ${action}`, action, isOurs: roles.has(roleArn) }))
    .filter(({ grant, action, isOurs }) => isOurs && !ALLOWED[action] && !ALLOWED[grant])
    .map(({ grant }) => grant);
}

/** The tables, functions and topics that roles may use and have not used: `CloseGroupFunction arn:aws:dynamodb:…`. */
function unusedResources(simulation: Simulation): string[] {
  const { account, region } = simulation;
  const used = new Set(account.endpoint.calls.map(({ principalArn, resource }) => `${principalArn} ${resource}`));
  // What EventBridge and the scheduler do with a role is no call of the role's own.
  return [...rolesOf(simulation)]
    .filter(([, id]) => !id.startsWith('Trigger'))
    .flatMap(([roleArn, id]) =>
      region.iam
        .policiesOf(roleArn)
        .flatMap((policy) => (policy as { Statement: Statement[] }).Statement)
        .flatMap(({ Resource }) => Resource)
        .filter((resource) => DATA.test(resource) && !resource.includes('*') && !used.has(`${roleArn} ${resource}`))
        .map((resource) => `${id} ${resource}`),
    );
}

let neverDone: string[] | undefined;
let neverUsed: string[] | undefined;

describe('No call is denied', () => {
  it.each(Object.keys(SCENARIOS))('when %s', async (name) => {
    await run(SCENARIOS[name] ?? {}, (simulation) => {
      const notDone = unusedActions(simulation);
      neverDone = (neverDone ?? notDone).filter((grant) => notDone.includes(grant));
      const notUsed = unusedResources(simulation);
      neverUsed = (neverUsed ?? notUsed).filter((grant) => notUsed.includes(grant));

      const { endpoint } = simulation.account;
      expect(endpoint.calls.filter(({ outcome }) => NOT_PERMITTED.test(outcome))).toEqual([]);
    });
  });
});

describe('Of these runs, at least one', () => {
  it('needs each permission', () => {
    expect(neverDone).toEqual([]);
  });

  it('uses each resource that a policy names', () => {
    // A run of more than 200 groups notes where its waits are: shards.test.ts.
    const elsewhere = /^OpenRunFunction .*WaitsTable/;
    // Of a request for items of several tables the account notes the first.
    const together = /^(ThawStartedInstances|CloseGroup)Function .*WaitsTable/;
    expect(neverUsed?.filter((resource) => !elsewhere.test(resource) && !together.test(resource))).toEqual([]);
  });
});
