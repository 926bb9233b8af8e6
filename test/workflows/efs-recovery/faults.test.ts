import { brokenBy, cleanSubjectRun, SUBJECTS, type Subject } from '../../../scenarios/efs-recovery/faults';
import {
  type CleanRun,
  callMatrix,
  eventMatrix,
  failing,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import type { CallFault, Fault } from '../../../simulator/faults';

/**
 * Without `FAULTS=all`, or `FAULTS=2/10` for the second tenth, each call meets a part of the matrix, another one than its neighbour. A case that fails is shown
 * with its faults as JSON: put them into a file for `npm run simulate -- WORKFLOW --faults FILE`.
 */
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 15);

jest.setTimeout(3_600_000);

/** The cases after which something does not hold that must. This matrix meets its faults on the way through HTTP. */
function failingRuns(subject: Subject, cases: Fault[][], seed?: number): Promise<string[]> {
  return failing(cases, (faults) => brokenBy({ subject, faults, seed, wire: true }));
}

describe.each(SUBJECTS.map((subject, index) => ({ subject, index, name: subject.name })))(
  '$name',
  ({ subject, index }) => {
    let clean: CleanRun;

    beforeAll(async () => {
      clean = await cleanSubjectRun(subject);
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
