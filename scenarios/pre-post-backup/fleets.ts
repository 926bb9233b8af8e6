import { defaultWorld, exampleInput } from '../simulation';
import type { World } from '../world';

type Input = Record<string, unknown>;

/** The default world with so many equal instances, all running, instead of its own. */
export function fleetOf(size: number, backupSeconds: number): World {
  const instances = Array.from({ length: size }, (_, index) => ({
    InstanceId: `i-${(index + 1).toString(16).padStart(17, '0')}`,
    Tags: { 'backup-job': 'true' },
  }));
  const backupJobs = [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: backupSeconds }];
  return { ...defaultWorld('pre-post-backup'), instances, backupJobs };
}

/** The example input without scripts, and with what `changes` says. */
export function inputWithoutScripts(changes: Input): Input {
  const { RemoteRunCommandDetails: _, ...input } = exampleInput('pre-post-backup') as Input;
  return { ...input, ...changes };
}
