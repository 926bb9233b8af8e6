import {
  close,
  DESTINATION,
  entry,
  IN_DESTINATION,
  inputWith,
  open,
  recoveryPoint,
  SOURCE,
  type Workflow,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import { NOT_PERMITTED } from '../../../scenarios/refusals';
import type { World } from '../../../scenarios/world';
import type { Fault } from '../../../simulator/faults';
import { unusedGrants } from '../../../simulator/iam/authorize';

afterEach(close);

interface Scenario {
  workflow: Workflow;
  world?: Partial<World>;
  input?: Record<string, unknown>;
  faults?: Fault[];
  /** An operator stops the execution when it enters this state. */
  abortedIn?: string;
}

/** Runs that between them come to everything that the workflows ever do. */
const SCENARIOS: Record<string, Scenario> = {
  'a backup goes well': { workflow: 'efs-backup' },
  'a backup is only planned': { workflow: 'efs-backup', input: { DryRun: true } },
  'a backup fails at once': {
    workflow: 'efs-backup',
    world: { backupJobs: [{ Resource: '*', State: 'FAILED', DurationSeconds: 0, CreatedSeconds: 0 }] },
    faults: [{ call: 'backup:StartBackupJob', fault: 'crashAfter' }],
  },
  'the input is wrong': { workflow: 'efs-backup', input: { FileSystemID: 'fs-1' } },
  'a restore with mount targets goes well': {
    workflow: 'efs-copy-restore',
    world: {
      keys: [{ KeyId: 'key-0a', Region: DESTINATION }],
      subnets: [{ SubnetId: 'subnet-0a', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}a`, Region: DESTINATION }],
      securityGroups: [{ GroupId: 'sg-0a', VpcId: 'vpc-1', Region: DESTINATION }],
      fileSystems: world('efs-copy-restore').fileSystems?.map((found) => ({
        ...found,
        AccessPoints: [{ RootDirectory: { Path: '/home' }, Tags: { team: 'web' } }],
        Protection: { ReplicationOverwriteProtection: 'DISABLED' as const },
        FileSystemPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'elasticfilesystem:ClientMount' }],
        },
      })),
    },
    input: {
      MountTargets: [{ SubnetId: 'subnet-0a', SecurityGroupIds: ['sg-0a'] }],
      DestinationKmsKeyId: `arn:aws:kms:${DESTINATION}:111122223333:key/key-0a`,
    },
  },
  'a failed restore is removed': {
    workflow: 'efs-copy-restore',
    world: { fileSystems: [], restoreJobs: [{ Resource: '*', State: 'FAILED', DurationSeconds: 60 }] },
    input: { DeleteOnFailure: true },
  },
  'a restore goes from a vault in the region of the stack': {
    workflow: 'efs-copy-restore',
    input: {
      DestinationRegionName: SOURCE,
      BackupVaultDestinationArn: `arn:aws:backup:${SOURCE}:111122223333:backup-vault:nightly`,
    },
  },
  'the source stops answering': {
    workflow: 'efs-copy-restore',
    world: { recoveryPoints: [recoveryPoint(20), recoveryPoint(18, IN_DESTINATION)] },
    faults: [{ call: 'backup:StartCopyJob', fault: 'timeout', times: 'always' }],
  },
  'the answer to the restore is lost for good': {
    workflow: 'efs-copy-restore',
    faults: [{ call: 'backup:StartRestoreJob', fault: 'timeoutAfterSuccess', times: 'always' }],
  },
  'a restore is aborted': { workflow: 'efs-copy-restore', abortedIn: 'Restore File System' },
  'a run is aborted before it begins': { workflow: 'efs-copy-restore', abortedIn: 'Check Recovery' },
};

/**
 * Grants for moments that no run above comes to: each is a state that ends its own wait because the job had ended before
 * the wait was stored, or a second run meeting the record of the first.
 */
const RARELY_NEEDED = /states:SendTask(Success|Failure)|OpenEfsRunFunctionRole .*GetItem/;

let neverUsed: string[] | undefined;

describe('No call is denied', () => {
  it.each(Object.keys(SCENARIOS))('when %s', async (name) => {
    // Prepare
    const { workflow, input, faults, abortedIn, ...rest } = SCENARIOS[name] as Scenario;
    const simulation = await open(workflow, { world: world(workflow, rest.world), faults });
    const isEntered = abortedIn ? entry(simulation, workflow, abortedIn) : undefined;

    // Act
    const execution = simulation.start(workflow, inputWith(workflow, input));
    if (isEntered) (await simulation.account.clock.runUntil(isEntered, 3600)).abort();
    await simulation.finish(execution);

    // Assess
    const { account, region } = simulation;
    const functions = [...region.lambda.functions.values()].filter(({ configuration }) =>
      configuration.entryPoint.includes('functions/efs-recovery/'),
    );
    const idOf = new Map(functions.map(({ configuration }) => [configuration.roleArn, configuration.logicalId]));
    const unused = unusedGrants(account)
      .filter(({ roleArn }) => idOf.has(roleArn))
      .map(({ roleArn, statement, action }) => `${idOf.get(roleArn)}Role ${statement} ${action}`);
    neverUsed = (neverUsed ?? unused).filter((grant) => unused.includes(grant));
    expect(account.endpoint.calls.filter(({ outcome }) => NOT_PERMITTED.test(outcome))).toEqual([]);
  });
});

it('Every permission is needed by one of these runs', () => {
  expect(neverUsed?.filter((grant) => !RARELY_NEEDED.test(grant))).toEqual([]);
});
