import { defaultWorld, exampleInput } from '../../simulator/simulation';
import { type Scene, unmet } from './scene';

const standard = defaultWorld('efs-to-efs');

/** A nightly copy of a file system whose Spot Instance is taken back in the middle. */
export const spotInstanceTakenBack: Scene = {
  workflow: 'efs-to-efs',
  announcement:
    'A file system is copied to another by a Spot Instance, which EC2 takes back after 40 minutes. The copy stops cleanly in the two minutes that it has, no other instance is launched, and the operator is told.',
  world: {
    ...standard,
    parameters: { ...standard.parameters, EfsToEfsSpot: 'Yes' },
    launches: [{ InterruptedAfterSeconds: 2400 }],
  },
  input: exampleInput('efs-to-efs'),
  check(result) {
    return unmet({
      'The run did not end because of the instance.': result.error === 'InstanceLost',
      'The copy was not stopped cleanly.':
        (result.runRecord as { report?: { outcome?: string } } | undefined)?.report?.outcome === 'STOPPED',
      'The operator was not told once.': result.notifications.length === 1,
      'More than one instance was launched.': result.world.instances?.length === 1,
    });
  },
};
