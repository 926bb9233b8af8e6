import type { SwapFacts } from '../../functions/dynamodb-restore/swap/swap-run';
import type { EfsToEfsFacts } from '../../functions/efs-to-efs/run';
import type { RunRecord } from '../../functions/shared/runs/runs';
import { duration } from '../render/report';
import type { Bar, BarKind, Lane, Mark } from './picture';

/** A record of a workflow that has moments of its own: most are absent, because they have not happened or never will. */
export type Moments = RunRecord<Partial<SwapFacts & EfsToEfsFacts>>;

/**
 * The lane of the run's one target: for a table the time in which its name was empty and who approved that, for an
 * EFS-to-EFS run its instance and its work. Nothing for a workflow whose record has no such times.
 */
export function laneOfRecord(record: RunRecord, target: string, until: number): Lane | undefined {
  const { deletedAt, availableAt, approval, claimedAt, commandSentAt, ending, instance } = record as Moments;
  const bars: Bar[] = [];
  const marks: Mark[] = [];
  const add = (kind: BarKind, from: number | undefined, to: number | undefined, text: string) => {
    if (from === undefined) return;
    const end = to === undefined ? until : to * 1000;
    const length = duration(Math.max(0, end / 1000 - from));
    bars.push({ kind, from: from * 1000, to: Math.max(end, from * 1000), text: `${text} ${length}` });
  };
  add('empty', deletedAt, availableAt, 'the name is empty');
  add('start', claimedAt, commandSentAt ?? ending?.at, 'waits for an instance');
  add('backup', commandSentAt, ending?.at, `${instance?.instanceId ?? 'the worker'} works`);
  if (ending) add('stop', ending.at, record.finishedAt, 'ends');
  if (approval) {
    marks.push({
      at: approval.at * 1000,
      tone: approval.isApproved ? 'good' : 'notice',
      text: answerText(approval),
    });
  }
  if (ending)
    marks.push({ at: ending.at * 1000, tone: ending.cause === 'WorkEnded' ? 'good' : 'notice', text: ending.message });
  if (bars.length === 0 && marks.length === 0) return undefined;
  const tone = record.open ? 'open' : record.outcome === 'SUCCEEDED' ? 'good' : 'bad';
  return { name: target || record.workflow, tone, bars, marks };
}

/** What was answered, and by whom: a principal that AWS knows, or a name that nothing proves. */
export function answerText({ isApproved, principal, saidToBe, by }: NonNullable<SwapFacts['approval']>): string {
  const answer = isApproved ? 'approved' : 'refused';
  if (principal) return `${answer} by ${principal}`;
  const name = saidToBe ?? by;
  return name ? `${answer}, said to be by ${name}` : answer;
}
