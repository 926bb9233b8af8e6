import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { instanceReports } from './instance-report';
import { type Scene, unmet } from './scene';

const INSTANCES = ['i-0a1b2c3d4e5f60001', 'i-0a1b2c3d4e5f60003'];
/** Both are stopped then, and their backup jobs run. */
const ABORTED_AFTER_SECONDS = 15 * 60;

const {
  TargetEC2TagKey: _key,
  TargetEC2TagValue: _value,
  ...details
} = exampleInput('pre-post-backup') as object & {
  TargetEC2TagKey: string;
  TargetEC2TagValue: string;
};

/** An operator stops the execution while the instances are stopped. */
export const abortedRun: Scene = {
  workflow: 'pre-post-backup',
  announcement:
    'Two instances are being backed up when, after 15 minutes, an operator aborts the execution. An aborted execution ' +
    'runs no catcher: the suite sees it, starts what it stopped, thaws what it froze and reports.',
  world: defaultWorld('pre-post-backup'),
  input: { ...details, TargetEC2Instances: INSTANCES },
  meanwhile(simulation, { arn }) {
    simulation.account.clock.after(ABORTED_AFTER_SECONDS, () => {
      const reason = { error: 'StoppedByOperator', cause: 'the maintenance window is cancelled' };
      simulation.region.stepFunctions.StopExecution({ executionArn: arn, ...reason });
    });
  },
  check(result) {
    const reports = instanceReports(result);
    const ended = (result.world.instances ?? []).filter(({ InstanceId }) => INSTANCES.includes(InstanceId));
    return unmet({
      'The execution was not aborted.': result.status === 'ABORTED',
      'The instances were not stopped when the execution was aborted.':
        reports.length === INSTANCES.length &&
        reports.every(({ StopEc2InstanceStatus }) => StopEc2InstanceStatus === 'stopped'),
      'Not every instance runs again.':
        ended.length === INSTANCES.length && ended.every(({ State }) => State === 'running'),
      'Not every instance was thawed.': reports.every(
        ({ PostBackupScriptStatus }) => PostBackupScriptStatus === 'Success',
      ),
      'The run record does not say FAILED.':
        (result.runRecord as { outcome?: string } | undefined)?.outcome === 'FAILED',
      'There was not exactly one notification.': result.notifications.length === 1,
    });
  },
};
