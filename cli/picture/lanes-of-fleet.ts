import type { Group, InstanceResult, Step } from '../../functions/pre-post-backup/groups';
import type { Wait } from '../../functions/shared/waits/waits';
import { suffix } from '../render/history';
import { duration } from '../render/report';
import type { Bar, BarKind, Lane, Mark } from './picture';

/** The waits of a group, by the step that they belong to. */
export type WaitsOfGroup = Partial<Record<Step, Wait>>;

/** The instances of a consistency group as lanes, from the group's record and its waits. `until` ends what is still open. */
export function lanesOfGroup(group: Group, waits: WaitsOfGroup, names: Record<string, string>, until: number): Lane[] {
  return group.instances.map(({ instanceId, wasRunning }) => {
    const result = group.report?.results.find(({ InstanceId }) => InstanceId === instanceId);
    const name = [instanceId, names[instanceId]].filter(Boolean).join(' ');
    return {
      name,
      tone: result ? toneOf(result) : 'open',
      ...(result && noteOf(result)),
      bars: barsOf(group, waits, instanceId, wasRunning, until),
      marks: marksOf(waits.start, instanceId),
    };
  });
}

function barsOf(group: Group, waits: WaitsOfGroup, instanceId: string, wasRunning: boolean, until: number): Bar[] {
  const bars: Bar[] = [];
  const add = (kind: BarKind, from: number | undefined, to: number | undefined, text: string) => {
    if (from === undefined) return;
    const end = to === undefined ? until : to * 1000;
    bars.push({
      kind,
      from: from * 1000,
      to: Math.max(end, from * 1000),
      text: `${text} ${lengthOf(from * 1000, end)}`,
    });
  };
  const stopped = group.stop?.instanceIds.includes(instanceId) ?? false;
  const frozenAt = wasRunning ? commandEnd(waits.preScript, instanceId) : undefined;
  const thawedAt = commandEnd(waits.postScript, instanceId);
  const runningAt = waits.start?.settled[instanceId]?.at;
  const jobId = group.jobs?.[instanceId] ?? '';
  const backup = (waits.backupEnd ?? waits.backup)?.settled[jobId];
  // What lasts lies behind what happens in it.
  if (frozenAt !== undefined && group.postScript) add('frozen', frozenAt, thawedAt, 'frozen');
  if (stopped) add('down', group.stop?.intendedAt, runningAt, 'the application is down');
  if (wasRunning) add('freeze', group.preScript?.intendedAt, frozenAt, 'pre script');
  if (stopped) add('stop', group.stop?.intendedAt, waits.stop?.settled[instanceId]?.at, 'stopping');
  if (jobId) add('backup', group.backup?.intendedAt, backup?.at, `backup${suffix(backup?.state ?? '')}`);
  if (stopped) add('start', group.start?.intendedAt, runningAt, 'starting');
  if (wasRunning) add('thaw', group.postScript?.intendedAt, thawedAt, 'post script');
  return bars;
}

/** When the script ended on the instance, as far as the wait for its command knows. */
function commandEnd(wait: Wait | undefined, instanceId: string): number | undefined {
  const ended = Object.values(wait?.settled ?? {}).find(
    ({ results }) => (results as Record<string, unknown> | undefined)?.[instanceId] !== undefined,
  );
  return ended?.at;
}

/** The refusals of a start: EC2's own words, at the moment that the wait began. */
function marksOf(start: Wait | undefined, instanceId: string): Mark[] {
  const note = start?.notes?.[instanceId] as
    | { starts?: number; refusals?: number; firstRefusal?: string; lastRefusal?: string; stateReason?: string }
    | undefined;
  if (!start || !note) return [];
  const at = start.startedAt * 1000;
  const refused = note.refusals ? [`${note.refusals} starts refused: ${note.lastRefusal ?? note.firstRefusal}`] : [];
  const stopped = note.stateReason ? [`EC2 stopped it again: ${note.stateReason}`] : [];
  return [...refused, ...stopped].map((text) => ({ at, tone: 'notice', text }));
}

function toneOf({ FailureMessage, Warning }: InstanceResult): Lane['tone'] {
  if (FailureMessage) return 'bad';
  return Warning ? 'notice' : 'good';
}

function noteOf({ FailureMessage, Warning }: InstanceResult): { note: string } | undefined {
  const note = [FailureMessage, Warning].filter(Boolean).join('; ');
  return note ? { note } : undefined;
}

function lengthOf(from: number, to: number): string {
  return duration(Math.max(0, (to - from) / 1000));
}
