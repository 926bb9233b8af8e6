import { brokenBy, cleanSubjectRun, ORCHESTRATOR, SUBJECTS } from '../../efs-to-efs/faults';
import type { Choices, Kind } from '../situation';

/** Nights of the copies of a file system, from their start or from the worker's start on. */
export const EFS_TO_EFS: Kind[] = SUBJECTS.map((subject) => ({
  workflow: 'efs-to-efs',
  name: subject.name,
  clean: async () => {
    const { calls, events } = await cleanSubjectRun(subject);
    return { calls: calls.filter(({ by }) => by === ORCHESTRATOR), events };
  },
  choose: (pick) => pick<Choices>([{}, {}, { isFromWork: true }]),
  brokenBy: ({ faults, seed, doubts, choices }) =>
    brokenBy(subject, faults, { seed, doubts, from: choices.isFromWork ? 'the work' : 'the start' }),
}));
