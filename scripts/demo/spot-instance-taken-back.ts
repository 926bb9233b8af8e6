import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

const standard = defaultWorld('efs-to-efs');

/** A nightly copy of a file system whose Spot Instance is taken back in the middle. */
export const spotInstanceTakenBack: Scene = {
  workflow: 'efs-to-efs',
  announcement:
    'A file system is copied to another by a Spot Instance, which EC2 takes back after 40 minutes. The copy stops cleanly in the two minutes that it has, and the operator gets a notification. Another run continues it in the rest of the window and completes it.',
  world: {
    ...standard,
    parameters: { ...standard.parameters, EfsToEfsSpot: 'Yes' },
    launches: [{ InterruptedAfterSeconds: 2400 }],
  },
  input: exampleInput('efs-to-efs'),
  check(result) {
    const told = result.notifications.map(({ subject }) => subject?.split(':')[0]);
    return unmet({
      'The run did not end because of the instance.': result.error === 'InstanceLost',
      'The copy was not stopped cleanly.':
        (result.runRecord as { report?: { outcome?: string } } | undefined)?.report?.outcome === 'STOPPED',
      'There was no notification of each run.': told.join() === 'FAILED,SUCCEEDED',
      'An instance was left over.': !result.world.instances?.some(({ State }) => State === 'running'),
    });
  },
};
