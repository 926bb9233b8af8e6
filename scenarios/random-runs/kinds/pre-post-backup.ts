import { brokenBy, cleanFleetRun } from '../../pre-post-backup/faults';
import { RUNNING, smallWorld } from '../../pre-post-backup/small-fleet';
import type { Choices, Kind } from '../situation';

/** Three instances, two of which run. */
export const PRE_POST_BACKUP: Kind[] = [
  {
    workflow: 'pre-post-backup',
    name: 'a small fleet',
    clean: cleanFleetRun,
    choose: (pick) => ({
      ...pick<Choices>([{}, { GroupBy: 'all' }, { GroupBy: 'all' }]),
      ...pick<Choices>([{}, { OnScriptFailure: 'CrashConsistent' }, { OnScriptFailure: 'Skip' }]),
      ...pick<Choices>([{}, {}, { ResumeAfter: 'SnapshotStarted' }]),
      ...pick<Choices>([{}, {}, {}, { scripts: false }]),
      ...pick<Choices>([{}, {}, {}, { StartStopEC2Required: false }]),
      ...pick<Choices>([{}, {}, { job: 'FAILED' }, { job: 'ABORTED' }, { job: 'EXPIRED' }]),
      ...pick<Choices>([{}, {}, { preScript: 'Failed' }, { preScript: 'TimedOut' }]),
      ...pick<Choices>([{}, {}, { consistencyDelaySeconds: 5 }]),
    }),
    brokenBy: ({ choices, ...trial }) => brokenBy({ ...trial, world: worldOf(choices), input: inputOf(choices) }),
  },
];

/** The first instance is the one whose script or job ends otherwise. */
function worldOf({ job, preScript, consistencyDelaySeconds }: Choices): ReturnType<typeof smallWorld> {
  const world = smallWorld({ consistencyDelaySeconds: Number(consistencyDelaySeconds ?? 0) });
  const [first] = RUNNING;
  const Scripts = [{ Contains: 'pre.sh', Status: preScript as 'Failed' }];
  return {
    ...world,
    instances: world.instances?.map((instance) =>
      instance.InstanceId === first && preScript ? { ...instance, Scripts } : instance,
    ),
    backupJobs: world.backupJobs?.map((outcome) =>
      outcome.Resource.endsWith(String(first)) && job ? { ...outcome, State: job as 'FAILED' } : outcome,
    ),
  };
}

/** What is undefined is left out of the input. */
function inputOf({ GroupBy, OnScriptFailure, ResumeAfter, StartStopEC2Required = true, scripts }: Choices) {
  const keys = { GroupBy, OnScriptFailure, ResumeAfter, StartStopEC2Required };
  return { ...keys, ...(scripts === false && { RemoteRunCommandDetails: undefined }) };
}
