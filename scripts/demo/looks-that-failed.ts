import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

/** How often the reconciler is refused: longer than the fifteen minutes that a task may be without a heartbeat. */
const REFUSED_LOOKS = 25;

/**
 * What AWS calls a missed heartbeat is a doubt: a page and recordings of AWS have different names. Once only the page's
 * name was retried; where AWS behaves as recorded, this run failed while its backup went on.
 */
export const looksThatFailed: Scene = {
  workflow: 'efs-backup',
  announcement:
    'A backup runs while its events are lost and every look at it is refused, until Step Functions misses the heartbeat. ' +
    'A page of AWS calls that States.HeartbeatTimeout, recordings States.Timeout, which once ended the run; now either ' +
    'name is retried, and the retry finds the job that runs.',
  world: defaultWorld('efs-backup'),
  input: exampleInput('efs-backup'),
  doubts: { 'stepFunctions.heartbeatError': 'Timeout' },
  faults: [
    { event: 'Backup Job State Change', fault: 'lose', times: 'always' },
    { call: 'dynamodb:Query', by: 'ReconcileWaitsFunction', fault: 'accessDenied', times: REFUSED_LOOKS },
  ],
  comparisons: ({ doubts }) => [`a missed heartbeat was called States.${doubts['stepFunctions.heartbeatError']}`],
  check(result) {
    const output = (result.output ?? {}) as { RecoveryPointArn?: string };
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'No heartbeat was missed.': result.doubts['stepFunctions.heartbeatError'] === 'Timeout',
      'The retry started a job of its own.': result.apiCalls['backup:StartBackupJob'] === 1,
      'The recovery point is not there.':
        result.world.recoveryPoints?.some(({ RecoveryPointArn }) => RecoveryPointArn === output.RecoveryPointArn) ===
        true,
    });
  },
};
