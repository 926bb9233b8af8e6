import { brokenInvariants, settle } from '../../../scenarios/efs-recovery/invariants';
import { DESTINATION, inputWith, type Workflow, world } from '../../../scenarios/efs-recovery/recovery';
import {
  type CleanRun,
  callMatrix,
  cleanRun,
  eventMatrix,
  failing,
  killsReconciler,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import { rememberEarlierRun } from '../../../scenarios/own-work';
import { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { CallFault, Fault } from '../../../simulator/faults';

/**
 * Without `FAULTS=all`, or `FAULTS=2/10` for the second tenth, each call meets a part of the matrix, another one than its neighbour. A case that fails is shown
 * with its faults as JSON: put them into a file for `npm run simulate -- WORKFLOW --faults FILE`.
 */
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 15);

jest.setTimeout(3_600_000);

interface Subject {
  name: string;
  workflow: Workflow;
  world: World;
  input: Record<string, unknown>;
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
const SUBJECTS: Subject[] = [
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

function openSubject({ world }: Subject, faults: Fault[] = [], seed = 1): Promise<Simulation> {
  // One matrix meets its faults on the way through HTTP; those of the other workflows are handed over.
  return Simulation.open({ world, faults, seed, wire: true });
}

/** The cases after which something does not hold that must. */
function failingRuns(subject: Subject, cases: Fault[][], seed?: number): Promise<string[]> {
  return failing(cases, async (faults) => {
    const simulation = await openSubject(subject, faults, seed);
    try {
      rememberEarlierRun(simulation, subject.workflow);
      const execution = simulation.start(subject.workflow, inputWith(subject.workflow, subject.input));
      await settle(simulation, execution);
      return brokenInvariants(simulation, subject.workflow, execution).filter(
        (what) => what !== 'a wait is open' || !faults.some(killsReconciler),
      );
    } finally {
      simulation.close();
    }
  });
}

describe.each(SUBJECTS.map((subject, index) => ({ subject, index, name: subject.name })))(
  '$name',
  ({ subject, index }) => {
    let clean: CleanRun;

    beforeAll(async () => {
      clean = await cleanRun(
        'efs-recovery',
        () => openSubject(subject),
        (simulation) => simulation.start(subject.workflow, inputWith(subject.workflow, subject.input)),
        subject.input.DeleteOnFailure ? 'FAILED' : 'SUCCEEDED',
      );
    });

    /** The functions that wait and undo for all workflows meet the whole matrix with the EC2 backup. */
    const own = ({ by }: CallFault) =>
      !['ReconcileWaitsFunction', 'ResumeWaitFunction', 'CloseRunFunction'].includes(by ?? '');

    it('keeps its promises when a call goes wrong once', async () => {
      const cases = sample(callMatrix(clean.calls).once.filter(own), 5, index);
      expect(await failingRuns(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when a call of a function goes wrong always', async () => {
      const cases = sample(callMatrix(clean.calls).always, 12, index);
      expect(await failingRuns(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises whatever happens to events', async () => {
      expect(await failingRuns(subject, oneEach(sample(eventMatrix(clean.events), 1)))).toEqual([]);
    });

    it('keeps its promises when several things go wrong at random', async () => {
      for (let seed = 1; seed <= RANDOM_SEEDS; seed += 1) {
        const faults = randomFaults(seed, clean.calls, clean.events);
        expect(await failingRuns(subject, [faults], seed)).toEqual([]);
      }
    });
  },
);
