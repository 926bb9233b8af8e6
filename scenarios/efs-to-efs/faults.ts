import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { type CleanRun, cleanRun } from '../fault-matrix';
import type { Simulation, Started } from '../simulation';
import type { World } from '../world';
import { brokenPromises, Night, OTHER, START, world, worldWithCopies } from './night';

export const ORCHESTRATOR = 'EfsToEfsFunction';

export interface Subject {
  name: string;
  world: World;
  /** What the run is started with; what has to be done for it before anything goes wrong. */
  input: (night: Night) => Promise<object>;
  /** An operator stops the run so long after its start. */
  stopAfterSeconds?: number;
  ends: 'SUCCEEDED' | 'FAILED';
}

const inPlace = { mode: 'restore', subPath: '/a', into: 'inPlace' };

/** What a restore test asks of the worker. */
export const COMPARE = {
  mode: 'compare',
  requestId: 'a-restore-test',
  restoredFileSystemId: OTHER,
  before: '2026-11-20T02:00:00Z',
  windowMinutes: 480,
};

/** Between them they make every call, see every event, and come to every kind of end. */
export const SUBJECTS: Subject[] = [
  {
    name: 'a backup',
    world: world({ works: [{ Seconds: 90, Times: 'always' }] }),
    input: async () => START,
    ends: 'SUCCEEDED',
  },
  {
    name: 'a backup that is stopped',
    world: world({ works: [{ Seconds: 3000, StopSeconds: 90, Times: 'always' }] }),
    input: async () => START,
    stopAfterSeconds: 240,
    ends: 'FAILED',
  },
  {
    name: 'a backup whose Spot Instance comes late and is taken back, and that continues',
    world: world(
      {
        launches: [{ Error: 'InsufficientInstanceCapacity' }, { InterruptedAfterSeconds: 240 }],
        works: [{ Seconds: 1200, StopSeconds: 60, Times: 'always' }],
      },
      { EfsToEfsSpot: 'Yes', EfsToEfsWindowMinutes: '120' },
    ),
    input: async () => START,
    ends: 'FAILED',
  },
  {
    name: 'a backup whose worker hangs when its window ends',
    world: world({ works: [{ Seconds: 9000, SilentAfterSeconds: 38 * 60, Times: 'always' }] }),
    input: async () => START,
    ends: 'FAILED',
  },
  {
    name: 'a restore into a new directory',
    world: worldWithCopies({ works: [{ Seconds: 90, Times: 'always' }] }),
    input: async () => ({ mode: 'restore', windowMinutes: 60 }),
    ends: 'SUCCEEDED',
  },
  {
    name: 'a restore in place',
    world: worldWithCopies({ works: [{ Seconds: 90, Times: 'always' }] }),
    input: async (night) => {
      const { runId } = await night.run({ ...inPlace, action: 'preview' });
      return { ...inPlace, previewId: runId, consent: 'overwrite', windowMinutes: 60 };
    },
    ends: 'SUCCEEDED',
  },
  {
    name: 'a verification',
    world: worldWithCopies({ works: [{ Seconds: 90, Times: 'always' }] }),
    input: async () => ({ mode: 'verify', windowMinutes: 60 }),
    ends: 'SUCCEEDED',
  },
  {
    name: 'a backup to which a comparison gives way',
    world: worldWithCopies({
      works: [
        { Action: 'compare', Seconds: 3600, Times: 'always' },
        { Seconds: 90, Times: 'always' },
      ],
    }),
    input: async (night) => {
      night.region.efs.fileSystem(OTHER)?.directories.push('aws-backup-restore_2026-11-21T02-00-00');
      await night.invoke({ ...COMPARE, windowMinutes: 60 });
      await night.untilWorkIsSent();
      return START;
    },
    ends: 'SUCCEEDED',
  },
];

/**
 * What cannot hold while a call never succeeds, and only that.
 * UpdateItem: a record that cannot be written can be neither closed nor be the reason of a message, which could not be
 * noted and would come every minute. Publish: no message can be sent, so that the record stays open for it. In both cases the
 * orchestrator fails every minute, and the alarm on what fails for good tells the operator by CloudWatch.
 * Query, if the process dies of it: no look finds the runs; events alone bring them forward, and not to their very end.
 * CompleteLifecycleAction: only the hook's own time ends the action, after ten minutes. RecordLifecycleActionHeartbeat:
 * these ten minutes are all that a worker gets that does not stop when it is asked to.
 */
const IMPOSSIBLE: Record<string, RegExp> = {
  'dynamodb:UpdateItem': /a run is open|a lock is left|no message says so/,
  'sns:Publish': /a run is open|no message says so/,
  'dynamodb:Query crashAfter': /a run is open|a lock is left|no message says so|a rule is left|a lifecycle action hung/,
  'autoscaling:CompleteLifecycleAction': /a lifecycle action hung/,
  'autoscaling:RecordLifecycleActionHeartbeat': /a lifecycle action hung/,
};

function begin(simulation: Simulation, { stopAfterSeconds }: Subject, input: object): Started {
  if (stopAfterSeconds !== undefined) {
    const { attributes } = simulation.stack.resource(ORCHESTRATOR);
    simulation.account.clock.after(stopAfterSeconds, async () => {
      const run = simulation.items('RunsTable').find(({ item }) => item === 'run');
      const event = { mode: 'backup', action: 'stop', backupId: String(run?.runId) };
      await simulation.region.lambda.run(String(attributes.Arn), event);
    });
  }
  return simulation.begin('efs-to-efs', input);
}

/** From when on things go wrong: from the first call, or once the worker has its work. */
export type From = 'the start' | 'the work';

interface How {
  seed?: number;
  from?: From;
  doubts?: PinnedDoubts;
}

/** Runs it to its end; returns what does not hold that must, whatever went wrong. */
export async function brokenBy(
  subject: Subject,
  faults: Fault[],
  { seed = 1, from = 'the start', doubts }: How = {},
): Promise<string[]> {
  const night = await Night.open(subject.world, [], seed, doubts);
  try {
    return await brokenIn(night, subject, faults, from);
  } finally {
    night.close();
  }
}

async function brokenIn(night: Night, subject: Subject, faults: Fault[], from: From): Promise<string[]> {
  const input = await subject.input(night);
  if (from === 'the start') night.spoil(faults);
  const started = begin(night.simulation, subject, input);
  if (from === 'the work') {
    await night.untilWorkIsSent();
    night.spoil(faults);
  }
  await night.settle(3 * 3600);
  const isHeard = night.runs.some(({ runId }) => runId === started.arn) || started.error !== undefined;
  const broken = [...brokenPromises(night), ...(isHeard ? [] : ['there is no run, and the caller was not told'])];
  const possible = broken.filter((what) => !faults.some((fault) => isImpossible(fault, what)));
  const isKnown = night.isAlarmed || !broken.some((what) => what.includes('no message says so'));
  return isKnown ? possible : [...possible, 'no message says so, and no alarm rings'];
}

function isImpossible(fault: Fault, what: string): boolean {
  if (!('call' in fault) || fault.times !== 'always') return false;
  const excepted = [IMPOSSIBLE[fault.call], IMPOSSIBLE[`${fault.call} ${fault.fault}`]];
  return excepted.some((pattern) => pattern?.test(what));
}

/** What a run of the subject does in which nothing goes wrong but what its world declares. */
export function cleanSubjectRun(subject: Subject): Promise<CleanRun> {
  let input: object;
  const open = async () => {
    const night = await Night.open(subject.world);
    input = await subject.input(night);
    night.simulation.account.endpoint.forget();
    return night.simulation;
  };
  return cleanRun('efs-to-efs', open, (simulation) => begin(simulation, subject, input), subject.ends);
}
