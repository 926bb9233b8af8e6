import type { CallFault, Fault } from '../../../simulator/faults';
import type { Simulation, Started } from '../../../simulator/simulation';
import type { World } from '../../../simulator/world';
import { callMatrix, cleanRun, eventMatrix, randomFaults } from '../faults/fault-matrix';
import { brokenPromises, Night, START, world } from './night';

/**
 * Without `FAULTS=all` each call meets a part of the matrix; `FAULTS=crashAfter` stands for all of one kind. A case that fails is shown with its faults as JSON: put them
 * into a file for `npm run simulate -- efs-to-efs --faults FILE`.
 */
const { FAULTS } = process.env;
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 5);
const ORCHESTRATOR = 'EfsToEfsFunction';

jest.setTimeout(7_200_000);

interface Subject {
  name: string;
  world: World;
  /** An operator stops the run so long after its start. */
  stopAfterSeconds?: number;
  ends: 'SUCCEEDED' | 'FAILED';
}

/** Between them they make every call: a copy that is completed, and one that is stopped. */
const SUBJECTS: Subject[] = [
  { name: 'a backup', world: world({ works: [{ Seconds: 90, Times: 'always' }] }), ends: 'SUCCEEDED' },
  {
    name: 'a backup that is stopped',
    world: world({ works: [{ Seconds: 3000, StopSeconds: 90, Times: 'always' }] }),
    stopAfterSeconds: 240,
    ends: 'FAILED',
  },
];

/** What cannot hold while a call never succeeds: a record that cannot be written, a message that cannot be sent. */
const IMPOSSIBLE: Record<string, RegExp> = {
  'dynamodb:UpdateItem': /a run is open|a lock is left|was told|rule is left|not at 0/,
  'dynamodb:DeleteItem': /a run is open|a lock is left/,
  'sns:Publish': /a run is open|a lock is left|was told/,
};

function begin(simulation: Simulation, { stopAfterSeconds }: Subject): Started {
  if (stopAfterSeconds !== undefined) {
    const { attributes } = simulation.stack.resource(ORCHESTRATOR);
    simulation.account.clock.after(stopAfterSeconds, async () => {
      const run = simulation.items('RunsTable').find(({ item }) => item === 'run');
      const event = { mode: 'backup', action: 'stop', backupId: String(run?.runId) };
      await simulation.region.lambda.run(String(attributes.Arn), event);
    });
  }
  return simulation.begin('efs-to-efs', START);
}

/** Runs every case; returns those after which something does not hold that must. */
async function failing(subject: Subject, cases: Fault[][], seed?: number): Promise<string[]> {
  const failures: string[] = [];
  for (const faults of cases) {
    const night = await Night.open(subject.world, faults, seed);
    try {
      begin(night.simulation, subject);
      await night.settle(3 * 3600);
      const broken = brokenPromises(night).filter((what) => !faults.some((fault) => isImpossible(fault, what)));
      if (broken.length > 0) failures.push(`${JSON.stringify(faults)}: ${broken.join('; ')}`);
    } catch (error) {
      failures.push(`${JSON.stringify(faults)}: ${(error as Error).message}`);
    } finally {
      night.close();
    }
  }
  return failures;
}

function isImpossible(fault: Fault, what: string): boolean {
  return 'call' in fault && fault.times === 'always' && (IMPOSSIBLE[fault.call]?.test(what) ?? false);
}

const oneEach = (faults: Fault[]) => faults.map((fault) => [fault]);

/** Every `share`-th case, from another one on for each subject. */
function sample<T extends Fault>(cases: T[], share: number, offset: number): T[] {
  if (FAULTS) return cases.filter(({ fault }) => FAULTS === 'all' || fault === FAULTS);
  return cases.filter((_, index) => (index + offset) % share === 0);
}

describe.each(SUBJECTS.map((subject, index) => ({ subject, index, name: subject.name })))(
  '$name',
  ({ subject, index }) => {
    let clean: Awaited<ReturnType<typeof cleanRun>>;

    beforeAll(async () => {
      const open = async () => (await Night.open(subject.world)).simulation;
      clean = await cleanRun('efs-to-efs', open, (simulation) => begin(simulation, subject), subject.ends);
    });

    const own = ({ by }: CallFault) => by === ORCHESTRATOR;

    it('keeps its promises when a call goes wrong once', async () => {
      const cases = sample(callMatrix(clean.calls).once.filter(own), 12, index);
      expect(await failing(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when a call goes wrong always', async () => {
      const cases = sample(callMatrix(clean.calls).always.filter(own), 24, index);
      expect(await failing(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises whatever happens to events', async () => {
      const cases = sample(eventMatrix(clean.events), 4, index);
      expect(await failing(subject, oneEach(cases))).toEqual([]);
    });

    it('keeps its promises when every event is lost', async () => {
      expect(await failing(subject, [[{ event: '*', fault: 'lose', times: 'always' }]])).toEqual([]);
    });

    it('keeps its promises when several things go wrong at random', async () => {
      const calls = clean.calls.filter(({ by }) => by === ORCHESTRATOR);
      for (let seed = 1; seed <= RANDOM_SEEDS; seed += 1) {
        const faults = randomFaults(seed, calls, clean.events);
        expect(await failing(subject, [faults], seed)).toEqual([]);
      }
    });
  },
);
