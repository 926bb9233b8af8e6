import type { EfsToEfsFacts } from '../functions/efs-to-efs/run';
import type { RunRecord } from '../functions/shared/runs/runs';

type EfsToEfsRecord = RunRecord<Partial<EfsToEfsFacts>>;

const MILESTONES: Record<string, (run: EfsToEfsRecord) => string | undefined> = {
  opened: () => 'run opened',
  claimed: ({ claimedAt }) => (claimedAt ? 'waits for an instance' : undefined),
  launched: ({ instance }) => instance && `instance ${instance.instanceId} (${instance.instanceType}) is there`,
  working: ({ commandSentAt }) => (commandSentAt ? 'the worker works' : undefined),
  ending: ({ ending }) => ending && `ends: ${ending.message}`,
};

/** The steps of a run without a history that are newly in its record; `seen` remembers those that were told. */
export function newMilestones(record: RunRecord, seen: Set<string>): string[] {
  return Object.entries(MILESTONES).flatMap(([name, describe]) => {
    const text = describe(record as EfsToEfsRecord);
    if (!text || seen.has(name)) return [];
    seen.add(name);
    return [text];
  });
}
