import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, Simulation } from '../simulation';
import type { World } from '../world';

export const RUNNING = ['i-0a1b2c3d4e5f60001', 'i-0a1b2c3d4e5f60002'];
export const STOPPED = 'i-0a1b2c3d4e5f60005';
const ACCOUNT = '111122223333';

type Instance = NonNullable<World['instances']>[number];

/** Two instances that run and one that is stopped, whose stops, backups and starts are quick. */
export function smallWorld(parts: { instance?: Partial<Instance>; consistencyDelaySeconds?: number } = {}): World {
  const { parameters, roles, vaults } = defaultWorld('pre-post-backup');
  const instances = [
    ...RUNNING.map((InstanceId) => ({
      InstanceId,
      StopSeconds: 20,
      StartSeconds: 10,
      SsmOnlineSeconds: 10,
      ...parts.instance,
    })),
    { InstanceId: STOPPED, State: 'stopped' as const },
  ];
  return {
    parameters,
    roles,
    vaults,
    instances,
    consistencyDelaySeconds: parts.consistencyDelaySeconds,
    backupJobs: instances.map(({ InstanceId }) => ({
      Resource: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/${InstanceId}`,
      State: 'COMPLETED',
      DurationSeconds: 60,
    })),
  };
}

/** Both scripts, and stop and start, for the whole small fleet. */
export function scriptedInput(keys: Record<string, unknown> = {}) {
  const script = (name: string) => ({
    SourceS3Path: `https://backup-scripts-${ACCOUNT}.s3.amazonaws.com/scripts/${name}.sh`,
    CommandToRun: `${name}.sh`,
    ExecutionTimeoutInSeconds: 300,
  });
  return {
    TargetEC2Instances: [...RUNNING, STOPPED],
    StartStopEC2Required: true,
    RemoteRunCommandDetails: { PreBackupScriptDetails: script('pre'), PostBackupScriptDetails: script('post') },
    BackupDetails: {
      BackupVaultName: 'nightly',
      IamRoleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`,
    },
    ...keys,
  };
}

export function openSmallFleet(
  faults: Fault[] = [],
  seed = 1,
  world = smallWorld(),
  doubts: PinnedDoubts = {},
): Promise<Simulation> {
  return Simulation.open({ world, faults, seed, doubts });
}
