import type { ScriptResult } from '../shared/waits/kinds/ssm-command';
import { getWait } from '../shared/waits/waits';
import { PreScriptFailedError } from './errors';
import { type Group, type GroupInstance, waitId } from './groups';
import type { Settings } from './input';

/** Who goes on after the pre script, and why the others do not or only half. Texts are by instance id. */
export interface Participants {
  instances: GroupInstance[];
  skipped: Record<string, string>;
  crashConsistent: Record<string, string>;
}

/**
 * Decides, once the pre script has ended, who takes part in the backup: with `Abort` everybody or nobody (throws
 * PreScriptFailedError), with `Skip` those on which it succeeded, with `CrashConsistent` everybody.
 */
export async function decideParticipants(group: Group, settings: Settings): Promise<Participants> {
  if (!settings.RemoteRunCommandDetails?.PreBackupScriptDetails) {
    return { instances: group.instances, skipped: {}, crashConsistent: {} };
  }
  const results = await scriptResults(group, 'preScript');
  const failed: Record<string, string> = {};
  for (const { instanceId, wasRunning } of group.instances) {
    const result = results[instanceId];
    if (wasRunning && result?.status !== 'Success') failed[instanceId] = describeScript('pre', result);
  }
  const reasons = Object.entries(failed).map(([instanceId, reason]) => `${instanceId}: ${reason}`);
  if (settings.OnScriptFailure === 'CrashConsistent')
    return { instances: group.instances, skipped: {}, crashConsistent: failed };
  const instances = group.instances.filter(({ instanceId }) => !failed[instanceId]);
  if (reasons.length > 0 && (settings.OnScriptFailure === 'Abort' || instances.length === 0)) {
    throw new PreScriptFailedError(`Nothing of this group was backed up. ${reasons.slice(0, 20).join('; ')}`);
  }
  return { instances, skipped: failed, crashConsistent: {} };
}

/** How a script ended on each instance that it was sent to. Instances without an entry were never sent it. */
export async function scriptResults(
  group: Group,
  step: 'preScript' | 'postScript',
): Promise<Record<string, ScriptResult>> {
  const wait = await getWait(waitId(group, step));
  const results: Record<string, ScriptResult> = {};
  for (const [commandId, instanceIds] of Object.entries(group[step]?.commands ?? {})) {
    const ended = (wait?.settled[commandId]?.results ?? {}) as Record<string, ScriptResult>;
    for (const instanceId of instanceIds)
      results[instanceId] = ended[instanceId] ?? { status: 'Unknown', detail: 'its end was not seen' };
  }
  for (const instanceId of group[step]?.unreachable ?? []) {
    results[instanceId] = { status: 'NoInvocation', detail: 'SSM does not manage the instance or has lost it' };
  }
  return results;
}

export function describeScript(which: 'pre' | 'post', result: ScriptResult | undefined): string {
  if (!result) return `the ${which} script was not sent`;
  return `the ${which} script ended ${result.status}${result.detail ? ` (${result.detail})` : ''}`;
}
