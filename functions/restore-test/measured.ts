import type { RestoreTestRun } from './restore-test-run';

/** What a test measured, in whole seconds, and in words what it misses of the source's tags. */
interface Measured {
  /** From the start of the restore until what was restored was seen to be good. */
  recoverySeconds?: number;
  /** How old the recovery point was when the restore began. */
  ageSeconds?: number;
  missed: string[];
}

/** The measured times of a test; a recovery that is not good never ends, and has no time. */
export function measuredOf({ plan, verdict, restoreStartedAt, wanted = {} }: Partial<RestoreTestRun>): Measured {
  if (!plan || restoreStartedAt === undefined) return { missed: [] };
  const recoverySeconds = verdict?.status === 'SUCCESSFUL' ? verdict.at - restoreStartedAt : undefined;
  const ageSeconds = plan.recoveryPointAt === undefined ? undefined : restoreStartedAt - plan.recoveryPointAt;
  return {
    ...(recoverySeconds !== undefined && { recoverySeconds }),
    ...(ageSeconds !== undefined && { ageSeconds }),
    missed: [...late('rto', recoverySeconds, wanted.rtoSeconds), ...late('rpo', ageSeconds, wanted.rpoSeconds)],
  };
}

function late(tag: string, measured: number | undefined, wanted: number | undefined): string[] {
  if (measured === undefined || wanted === undefined || measured <= wanted) return [];
  return [`the tag ${tag} wants ${wanted} seconds, measured were ${measured}`];
}
