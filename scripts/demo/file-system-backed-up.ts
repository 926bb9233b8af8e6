import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

/** An on-demand backup of a file system. */
export const fileSystemBackedUp: Scene = {
  workflow: 'efs-backup',
  announcement: 'A file system is backed up on demand; the run ends with its recovery point.',
  world: defaultWorld('efs-backup'),
  input: exampleInput('efs-backup'),
  check(result) {
    const { RecoveryPointArn } = (result.output ?? {}) as { RecoveryPointArn?: string };
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'The recovery point does not exist.': (result.world.recoveryPoints ?? []).some(
        (point) => point.RecoveryPointArn === RecoveryPointArn && point.Status === 'COMPLETED',
      ),
    });
  },
};
