import type { ScriptResult } from '../shared/waits/kinds/ssm-command';
import { PreScriptFailedError } from './errors';
import type { GroupInStep, GroupInstance } from './groups';
import type { Settings } from './input';

/** The instances that are backed up after the pre script, and the reasons for the others. Texts are by instance id. */
export interface Participants {
  instances: GroupInstance[];
  skipped: Record<string, string>;
  crashConsistent: Record<string, string>;
}

/**
 * Decides after the pre script which instances are backed up: with `Abort` all or none (throws PreScriptFailedError),
 * with `Skip` those on which the script succeeded, with `CrashConsistent` all. An instance that ended during its script is
 * no failure of the script: it is left out, and the others are backed up.
 */
export function decideParticipants(group: GroupInStep, settings: Settings): Participants {
  if (!settings.RemoteRunCommandDetails?.PreBackupScriptDetails) {
    return { instances: group.instances, skipped: {}, crashConsistent: {} };
  }
  const results = scriptResults(group, 'preScript');
  const failed: Record<string, string> = {};
  for (const { instanceId, wasRunning } of group.instances) {
    const result = results[instanceId];
    if (wasRunning && result?.status !== 'Success') failed[instanceId] = describeScript('pre', result);
  }
  const reasons = Object.entries(failed).map(([instanceId, reason]) => `${instanceId}: ${reason}`);
  if (settings.OnScriptFailure === 'CrashConsistent')
    return { instances: group.instances, skipped: {}, crashConsistent: failed };
  const instances = group.instances.filter(({ instanceId }) => !failed[instanceId]);
  const isFailure = Object.keys(failed).some((instanceId) => results[instanceId]?.status !== 'InstanceEnded');
  if ((settings.OnScriptFailure === 'Abort' && isFailure) || (reasons.length > 0 && instances.length === 0)) {
    throw new PreScriptFailedError(`Nothing of this group was backed up. ${reasons.slice(0, 20).join('; ')}`);
  }
  return { instances, skipped: failed, crashConsistent: {} };
}

/** Returns the end of a script on each instance. An instance without an entry was not sent the script. */
export function scriptResults(group: GroupInStep, step: 'preScript' | 'postScript'): Record<string, ScriptResult> {
  if (!group[step]) return {};
  const wait = group.waits[step];
  const results: Record<string, ScriptResult> = {};
  for (const [commandId, instanceIds] of Object.entries(group[step]?.commands ?? {})) {
    const ended = (wait?.settled[commandId]?.results ?? {}) as Record<string, ScriptResult>;
    for (const instanceId of instanceIds)
      results[instanceId] = ended[instanceId] ?? {
        status: 'Unknown',
        detail: 'SSM had reported no end when the wait was over',
      };
  }
  for (const instanceId of group[step]?.unreachable ?? []) {
    results[instanceId] = { status: 'NoInvocation', detail: 'SSM does not manage the instance, or lost contact to it' };
  }
  return results;
}

/** Says how a script ended; of a failure also the command id, the exit code and the first lines of its output. */
export function describeScript(which: 'pre' | 'post', result: ScriptResult | undefined): string {
  if (!result) return `the ${which} script was not sent`;
  const { status, detail, exitCode, commandId, output } = result;
  const facts = [detail, exitCode !== undefined && `exit code ${exitCode}`, commandId && `command ${commandId}`];
  const known = facts.filter(Boolean).join(', ');
  const lines = output
    ?.split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 5)
    .join(' / ');
  return `the ${which} script ended ${status}${known ? ` (${known})` : ''}${lines ? `: ${lines}` : ''}`;
}

/** SSM's words for a script that never reached its instance. */
const UNDELIVERED = ['DeliveryTimedOut', 'Undeliverable', 'NoInvocation'];

/** Whether a script may have done something on its instance. */
export function mayHaveRun(result: ScriptResult | undefined): boolean {
  return result !== undefined && ![result.status, result.detail].some((word) => word && UNDELIVERED.includes(word));
}
