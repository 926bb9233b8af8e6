import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { type CleanRun, cleanRun, withoutExcepted } from '../fault-matrix';
import { rememberEarlierRun } from '../own-work';
import { Simulation } from '../simulation';
import { type Stop, stopAt } from '../stop';
import type { World } from '../world';
import { brokenInvariants, settle } from './invariants';
import { DESTINATION, inputWith, type Workflow, world } from './recovery';

export interface Subject {
  name: string;
  workflow: Workflow;
  world: World;
  input: Record<string, unknown>;
}

interface Trial {
  subject: Subject;
  faults: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
  stop?: Stop;
  /** Whether calls go through HTTP. */
  wire?: boolean;
}

const MOUNTABLE = {
  world: {
    subnets: [{ SubnetId: 'subnet-0a', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}a`, Region: DESTINATION }],
    securityGroups: [{ GroupId: 'sg-0a', VpcId: 'vpc-1', Region: DESTINATION }],
    keys: [{ KeyId: 'key-0a', Region: DESTINATION }],
  },
  input: {
    MountTargets: [{ SubnetId: 'subnet-0a', SecurityGroupIds: ['sg-0a'] }],
    DestinationKmsKeyId: `arn:aws:kms:${DESTINATION}:111122223333:key/key-0a`,
  },
};

/** Between them they make every call: a backup, a restore, and a restore that fails and is cleaned up. */
export const SUBJECTS: Subject[] = [
  { name: 'a backup', workflow: 'efs-backup', world: world('efs-backup'), input: {} },
  {
    name: 'a restore',
    workflow: 'efs-copy-restore',
    world: world('efs-copy-restore', MOUNTABLE.world),
    input: MOUNTABLE.input,
  },
  {
    name: 'a restore that fails',
    workflow: 'efs-copy-restore',
    world: world('efs-copy-restore', {
      restoreJobs: [{ Resource: '*', State: 'FAILED', DurationSeconds: 60 }],
    }),
    input: { DeleteOnFailure: true },
  },
];

/** A run of the subject in which nothing goes wrong but what its world declares. */
export function cleanSubjectRun({ workflow, world, input }: Subject): Promise<CleanRun> {
  return cleanRun(
    'efs-recovery',
    () => Simulation.open({ world }),
    (simulation) => simulation.start(workflow, inputWith(workflow, input)),
    input.DeleteOnFailure ? 'FAILED' : 'SUCCEEDED',
  );
}

/** Runs it to its end, undo included; returns what does not hold that must, whatever went wrong. */
export async function brokenBy({ subject, faults, doubts, seed, stop, wire }: Trial): Promise<string[]> {
  const { workflow, world, input } = subject;
  const simulation = await Simulation.open({ world, faults, doubts, seed, wire });
  try {
    rememberEarlierRun(simulation, workflow);
    const execution = simulation.start(workflow, inputWith(workflow, input));
    if (stop) stopAt(simulation, execution, stop);
    await settle(simulation, execution);
    return withoutExcepted(brokenInvariants(simulation, workflow, execution), faults);
  } finally {
    simulation.close();
  }
}
