import {
  brokenBy,
  cleanSubjectRun,
  type From,
  ORCHESTRATOR,
  SUBJECTS,
  type Subject,
} from '../../../scenarios/efs-to-efs/faults';
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
 * Without `FAULTS=all` each call meets a part of the matrix; `FAULTS=crashAfter` stands for all of one kind. `-t 'a
 * verification'` runs one subject. A case that fails is shown with its faults as JSON: put them into a file for
 * `npm run simulate -- efs-to-efs --faults FILE`.
 */
const { FAULTS } = process.env;
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 2);

jest.setTimeout(7_200_000);

/** The cases after which something does not hold that must. */
async function failingRuns(subject: Subject, cases: Fault[][], how: { seed?: number; from?: From } = {}) {
  const failures = await failing(cases, (faults) => brokenBy(subject, faults, how));
  if (FAULTS)
    console.info(
      `${subject.name}, from ${how.from ?? 'the start'} on: ${cases.length} runs, ${failures.length} broken`,
    );
  return failures;
}

describe.each(SUBJECTS.map((subject, index) => ({ subject, index, name: subject.name })))(
  '$name',
  ({ subject, index }) => {
    let clean: CleanRun;

    beforeAll(async () => {
      clean = await cleanSubjectRun(subject);
    });

    const own = ({ by }: CallFault) => by === ORCHESTRATOR;

    it('keeps its promises when a call goes wrong once', async () => {
      const cases = sample(callMatrix(clean.calls).once.filter(own), 32, 7 * index);
      expect(await failingRuns(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when a call goes wrong always', async () => {
      const cases = sample(callMatrix(clean.calls).always.filter(own), 64, 7 * index);
      expect(await failingRuns(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when a call goes wrong always once the worker has its work', async () => {
      const cases = sample(callMatrix(clean.calls).always.filter(own), 64, 7 * (index + 1));
      expect(await failingRuns(subject, oneEach(cases), { from: 'the work' })).toEqual([]);
    });

    it('keeps its promises whatever happens to events', async () => {
      const cases = sample(eventMatrix(clean.events), 12, 7 * index);
      expect(await failingRuns(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when every event is lost', async () => {
      expect(await failingRuns(subject, [[{ event: '*', fault: 'lose', times: 'always' }]])).toEqual([]);
    });

    it('keeps its promises when several things go wrong at random', async () => {
      const calls = clean.calls.filter(({ by }) => by === ORCHESTRATOR);
      for (let seed = 1; seed <= RANDOM_SEEDS; seed += 1) {
        const faults = randomFaults(seed, calls, clean.events);
        expect(await failingRuns(subject, [faults], { seed })).toEqual([]);
      }
    });
  },
);
