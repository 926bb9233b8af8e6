import type { Group, GroupInstance, Step } from '../../functions/pre-post-backup/groups';
import type { Progress } from '../progress';
import type { Tone } from '../render/screen';

/** How something stands that a run works on. */
export interface Row {
  /** What can be copied, and the name that people gave it. */
  id: string;
  name?: string;
  step: string;
  percent?: number;
  /** Since the step began. */
  elapsedSeconds?: number;
  /** Milliseconds since 1970. */
  expectedAt?: number;
  /** Why it is not further. */
  note?: string;
  tone: Tone;
  /** The worst is the lowest. */
  rank: number;
}

/** The step of an instance that is backed up and back as it was. */
export const DONE = 'done';

const RANK = { failed: 0, refused: 1, waiting: 2, working: 3, queued: 4, done: 5 };

/** The steps of a group, the last one first, in a person's words. */
const STEPS: { step: Step; doing: string; begunAt: (group: Group) => number | undefined }[] = [
  { step: 'postScript', doing: 'thawing', begunAt: ({ postScript }) => postScript?.intendedAt },
  { step: 'start', doing: 'starting', begunAt: ({ start }) => start?.intendedAt },
  { step: 'backup', doing: 'backing up', begunAt: ({ backup }) => backup?.intendedAt },
  { step: 'stop', doing: 'stopping', begunAt: ({ stop }) => stop?.intendedAt },
  { step: 'preScript', doing: 'freezing', begunAt: ({ preScript }) => preScript?.intendedAt },
];

/** A row for each instance of a fleet, from the records of its groups and what AWS Backup says of their jobs. */
export function rowsOfFleet(groups: Group[], jobs: Map<string, Progress>, nowSeconds: number): Row[] {
  return groups.flatMap((group) => group.instances.map((instance) => rowOf(group, instance, jobs, nowSeconds)));
}

function rowOf(group: Group, { instanceId, name }: GroupInstance, jobs: Map<string, Progress>, now: number): Row {
  const base = { id: instanceId, ...(name && { name }) };
  const result = group.report?.results.find(({ InstanceId }) => InstanceId === instanceId);
  if (result?.FailureMessage)
    return { ...base, step: 'failed', note: result.FailureMessage, tone: 'bad', rank: RANK.failed };
  if (result) return { ...base, step: DONE, percent: 100, note: result.Warning, tone: 'good', rank: RANK.done };
  const refused = group.refusedJobs?.[instanceId];
  const at = STEPS.find(({ begunAt }) => begunAt(group) !== undefined);
  if (!at) return { ...base, step: 'waits its turn', tone: 'quiet', rank: RANK.queued };
  const elapsedSeconds = Math.max(0, now - (at.begunAt(group) ?? now));
  const common = { ...base, step: at.doing, elapsedSeconds };
  if (refused) return { ...common, note: refused, tone: 'bad', rank: RANK.refused };
  const job = at.step === 'backup' ? jobs.get(group.jobs?.[instanceId] ?? '') : undefined;
  if (job?.state === 'COMPLETED')
    return { ...common, step: 'backed up', percent: 100, tone: 'plain', rank: RANK.working };
  return job ? { ...rowOfJob(job), ...common } : { ...common, tone: 'plain', rank: RANK.working };
}

/** The row of a job, a table, an approval: whatever a run waits for. */
export function rowOfJob({ what, state, percent, elapsedSeconds, expectedAt, why }: Progress): Row {
  return {
    id: what,
    step: state,
    elapsedSeconds,
    ...(percent !== undefined && { percent }),
    ...(expectedAt && { expectedAt }),
    ...(why && { note: why }),
    tone: why ? 'notice' : 'plain',
    rank: why ? RANK.waiting : RANK.working,
  };
}

/** The worst first; among those that work, the one that ends last. */
export function worstFirst(rows: Row[]): Row[] {
  const endsAt = ({ expectedAt = 0 }: Row) => expectedAt;
  const done = ({ percent = 0 }: Row) => percent;
  return [...rows].sort((a, b) => a.rank - b.rank || endsAt(b) - endsAt(a) || done(a) - done(b) || compare(a.id, b.id));
}

/** `12 instances: 1 failed, 8 backing up, 3 done`: the steps in the order of their rows. */
export function totalsOf(rows: Row[], what: string): string {
  const counts = new Map<string, number>();
  for (const { step } of rows) counts.set(step, (counts.get(step) ?? 0) + 1);
  const parts = [...counts].map(([step, count]) => `${count} ${step}`);
  return `${rows.length} ${what}${rows.length === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
