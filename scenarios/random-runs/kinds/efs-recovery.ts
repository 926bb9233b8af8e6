import { brokenBy, cleanSubjectRun, SUBJECTS, type Subject } from '../../efs-recovery/faults';
import { IN_DESTINATION, recoveryPoint } from '../../efs-recovery/recovery';
import type { Choices, Kind } from '../situation';

const BAD_ENDS = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];

/** Backups and restores of a file system. */
export const EFS_RECOVERY: Kind[] = SUBJECTS.map((subject) => ({
  workflow: subject.workflow,
  name: subject.name,
  clean: () => cleanSubjectRun(subject),
  choose: (pick) =>
    subject.workflow === 'efs-backup'
      ? pick<Choices>([{}, {}, { backup: pick(BAD_ENDS) }])
      : {
          ...pick<Choices>([{}, {}, {}, { copy: 'FAILED' }]),
          ...pick<Choices>([{}, { hasOlderCopy: true }]),
          ...pick<Choices>([{}, { DeleteOnFailure: true }]),
        },
  brokenBy: ({ choices, ...trial }) => brokenBy({ ...trial, subject: subjectWith(subject, choices) }),
}));

function subjectWith(subject: Subject, { backup, copy, hasOlderCopy, ...keys }: Choices): Subject {
  const ends = <State>(State: State) => [{ Resource: '*', State, DurationSeconds: 60 }];
  const { recoveryPoints = [] } = subject.world;
  return {
    ...subject,
    input: { ...subject.input, ...keys },
    world: {
      ...subject.world,
      ...(backup && { backupJobs: ends(backup as 'FAILED') }),
      ...(copy && { copyJobs: ends(copy as 'FAILED') }),
      ...(hasOlderCopy && { recoveryPoints: [...recoveryPoints, recoveryPoint(18, IN_DESTINATION)] }),
    },
  };
}
