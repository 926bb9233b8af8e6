import { localTime } from '../dates';
import { causeText } from '../render/history';
import { duration } from '../render/report';
import { runName, targetOf, workflowOf } from '../runs';
import { consoleLinks } from './console-links';
import { lanesOfGroup } from './lanes-of-fleet';
import { answerText, laneOfRecord, type Moments } from './lanes-of-record';
import { statesOf } from './lanes-of-states';
import type { Lane, Picture } from './picture';
import type { RunData } from './read-run';

/** us-east-1, as docs/measurements.md has it; what Lambda and AWS Backup cost stands in no history. */
const DOLLARS_A_TRANSITION = 0.000025;
/** `group 2` before `group 10`. */
const compareNames = new Intl.Collator('en', { numeric: true }).compare;
const WORST_FIRST: Lane['tone'][] = ['bad', 'open', 'notice', 'good'];

/** Makes the picture of a run of what the account keeps of it. */
export function draw(data: RunData): Picture {
  const { record, execution, runId, now } = data;
  const status = execution?.status ?? record?.outcome ?? 'RUNNING';
  const outcome = record?.open ? 'RUNNING' : (record?.outcome ?? status);
  const histories = data.histories.map(({ name, isGroup, events }) => ({ isGroup, ...statesOf(name, events) }));
  const from = Math.min(execution?.startDate?.getTime() ?? Infinity, (record?.startedAt ?? Infinity) * 1000);
  const ended = Math.max(execution?.stopDate?.getTime() ?? 0, (record?.finishedAt ?? 0) * 1000);
  const to = record?.open || status === 'RUNNING' || ended === 0 ? now : ended;
  const instances = data.groups.flatMap(({ group, waits }) => lanesOfGroup(group, waits, data.names, to));
  instances.sort((a, b) => WORST_FIRST.indexOf(a.tone) - WORST_FIRST.indexOf(b.tone));
  const drawn = histories.filter(({ lane }) => lane.bars.length > 0);
  const own = drawn.flatMap(({ isGroup, lane }) => (isGroup ? [] : lane));
  const ofGroups = drawn.flatMap(({ isGroup, lane }) => (isGroup ? lane : []));
  ofGroups.sort((a, b) => compareNames(a.name, b.name));
  const target = record && laneOfRecord(record, targetOf(record), to);
  const cause = execution?.cause ?? record?.cause;
  const error = execution?.error ?? record?.error;
  return {
    workflow: record?.workflow ?? workflowOf(runId) ?? '',
    name: runName(runId),
    outcome,
    tone: outcome === 'RUNNING' ? 'open' : outcome === 'SUCCEEDED' ? 'good' : 'bad',
    ...(error && { error }),
    ...(cause && { cause: causeText(cause) }),
    from,
    to: Math.max(to, from + 1000),
    facts: factsOf(data, histories, from, to),
    lanes: [...own, ...(target ? [target] : []), ...instances, ...ofGroups],
    ...resultTable(record?.report),
    report: reportFacts(record?.report),
    links: consoleLinks(runId, record),
  };
}

function factsOf(
  { record, runId, gaps }: RunData,
  histories: ReturnType<typeof statesOf>[],
  from: number,
  to: number,
): Picture['facts'] {
  const transitions = histories.reduce((sum, history) => sum + history.transitions, 0);
  const tasks = histories.reduce((sum, history) => sum + history.tasks, 0);
  const { approval } = (record ?? {}) as Partial<Moments>;
  return [
    ['target', record ? targetOf(record) : ''],
    ['started', localTime(from)],
    [record?.open ? 'so far' : 'ended', `${localTime(to)}, after ${duration((to - from) / 1000)}`],
    ...(approval ? [['answer', `${answerText(approval)}, ${localTime(approval.at * 1000)}`] as [string, string]] : []),
    ...(transitions > 0
      ? [
          [
            'Step Functions',
            `${transitions} transitions, ${(transitions * DOLLARS_A_TRANSITION).toFixed(4)} dollars; ${tasks} calls of Lambda functions`,
          ] as [string, string],
        ]
      : []),
    ['run', runId],
    ...gaps.map((gap): [string, string] => ['not shown', gap]),
  ];
}

/** The list of targets in a report as a table; its columns are the members of its rows. */
function resultTable(report: unknown): Pick<Picture, 'table'> {
  const rows = listIn(report);
  if (!rows) return {};
  const head = [...new Set(rows.flatMap(Object.keys))];
  return { table: { head, rows: rows.map((row) => head.map((key) => textOf(key, row[key]))) } };
}

function reportFacts(report: unknown): Picture['report'] {
  const list = listIn(report);
  return Object.entries((report ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== list)
    .map(([key, value]) => [key, textOf(key, value)]);
}

function listIn(report: unknown): Record<string, unknown>[] | undefined {
  const lists = Object.values((report ?? {}) as Record<string, unknown>);
  return lists.find(
    (value): value is Record<string, unknown>[] => Array.isArray(value) && typeof value[0] === 'object',
  );
}

function textOf(key: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' && /Seconds$|^RecoveryTime$/.test(key)) return duration(value);
  if (Array.isArray(value)) return value.map((member) => textOf('', member)).join('\n');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
