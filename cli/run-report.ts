import { escapeToOneLine } from '../functions/shared/escape-controls';
import type { Cost } from '../functions/shared/prices';
import { executionArnOf } from '../functions/shared/runs/run-id';
import type { RunRecord } from '../functions/shared/runs/runs';
import { localTime } from './dates';
import type { RunOutcome } from './follow';
import { bytesText } from './progress';
import { causeText } from './render/history';
import { duration, printTargets, printWrapped, table } from './render/report';
import type { Screen } from './render/screen';
import { runName, targetOf } from './runs';

/** How a run ended, as `--json` prints it. */
export function outcomeAsJson({ runId, status, record, error, cause }: RunOutcome): object {
  return {
    runId,
    status,
    outcome: record?.outcome,
    report: record?.report,
    error: error ?? record?.error,
    cause: cause ?? record?.cause,
  };
}

/** Prints how a run ended: its targets or its result as a table, and why it failed if it did. */
export function printOutcome({ runId, status, record, error, cause }: RunOutcome, screen: Screen): void {
  screen.print('');
  const isGood = status === 'SUCCEEDED' && record?.outcome !== 'FAILED';
  if (record && printTargets(record, {}, screen) === 0) printReport(record, screen);
  if (record?.DryRun && isGood) screen.print(screen.paint('This was a dry run: nothing was changed.', 'notice'));
  const name = error ?? record?.error;
  screen.print(
    screen.paint(
      `${isGood ? 'SUCCEEDED' : status === 'SUCCEEDED' ? 'FAILED' : status}  ${runName(runId)}${name ? ` (${name})` : ''}`,
      isGood ? 'good' : 'bad',
    ),
  );
  const why = cause ?? record?.cause;
  if (!isGood && why) printWrapped(causeText(why), 'bad', screen);
}

/** Prints what a run is and how it stands. */
export function printRecord(record: RunRecord, screen: Screen): void {
  const { workflow, startedAt, finishedAt, outcome, open } = record;
  printPairs(
    {
      workflow,
      target: targetOf(record),
      started: localTime(startedAt * 1000),
      ...(finishedAt && { finished: `${localTime(finishedAt * 1000)}, after ${duration(finishedAt - startedAt)}` }),
      outcome: outcome ?? (record.undoExecutionArn && open ? 'is being undone' : 'in progress'),
      run: executionArnOf(record.runId),
    },
    screen,
  );
}

function printReport({ report }: RunRecord, screen: Screen): void {
  const { DryRun, ...others } = (report ?? {}) as Record<string, unknown>;
  const isPlan = typeof DryRun === 'object' && DryRun !== null;
  printMembers(isPlan || DryRun === undefined ? others : { ...others, DryRun }, screen);
  if (!isPlan) return;
  if (Array.isArray(DryRun)) printList('It would', DryRun, screen);
  else printPlan(DryRun as Record<string, unknown>, screen);
}

/** What a dry run says: its groups as a table, what ends it as lines. */
function printPlan({ Groups, EndsBy, ...others }: Record<string, unknown>, screen: Screen): void {
  printMembers(others, screen);
  if (Array.isArray(Groups)) {
    const cell = (value: unknown) => ({ text: String(value ?? 'not known'), tone: 'plain' as const });
    const rows = Groups.map(({ Group, Instances, ExpectedSeconds }) => [
      cell(Group),
      cell((Instances as string[]).join(', ')),
      cell(ExpectedSeconds === undefined ? undefined : duration(ExpectedSeconds)),
    ]);
    screen.print(table(['group', 'instances', 'expected'], rows, screen));
  }
  if (Array.isArray(EndsBy)) printList('It ends early by', EndsBy, screen);
}

/** `$4.00 once, at most $35.00 a month (dollars, us-east-1, read 2026-11-30)` */
function costText({ Once, MonthlyAtMost, Prices }: Cost): string {
  const parts = [
    ...(Once === undefined ? [] : [`$${Once.toFixed(2)} once`]),
    ...(MonthlyAtMost === undefined ? [] : [`at most $${MonthlyAtMost.toFixed(2)} a month`]),
  ];
  return `${parts.join(', ')} (${Prices})`;
}

interface PlannedScript {
  SourceS3Path?: string;
  CommandToRun?: string;
  SecondsAtMost?: number;
}

function scriptText({ SourceS3Path, CommandToRun, SecondsAtMost }: PlannedScript): string {
  const source = SourceS3Path ? ` from ${SourceS3Path}` : '';
  return `${CommandToRun}${source}${SecondsAtMost === undefined ? '' : `, at most ${duration(SecondsAtMost)}`}`;
}

function printList(title: string, entries: unknown[], screen: Screen): void {
  screen.print(screen.paint(`${title}:`, 'title'));
  for (const entry of entries) printWrapped(`- ${entry}`, 'plain', screen);
}

function printMembers(members: Record<string, unknown>, screen: Screen): void {
  const pairs = Object.entries(members).map(([key, value]) => [key, textOf(key, value)]);
  if (pairs.length > 0) printPairs(Object.fromEntries(pairs), screen);
}

/** A column of names and one of values, which are never cut, so that their ARNs can be copied. */
export function printPairs(pairs: Record<string, string>, screen: Screen): void {
  const width = Math.max(...Object.keys(pairs).map((key) => key.length));
  for (const [key, value] of Object.entries(pairs))
    screen.print(`${screen.paint(key.padEnd(width), 'quiet')}  ${screen.paint(escapeToOneLine(value), 'plain')}`);
}

function textOf(key: string, value: unknown): string {
  if (key === 'Cost') return costText(value as Cost);
  if (key === 'PreScript' || key === 'PostScript') return scriptText(value as PlannedScript);
  if (typeof value === 'number' && /Seconds$|Time$/.test(key)) return duration(value);
  if (typeof value === 'number' && /bytes/i.test(key)) return bytesText(value);
  if (typeof value === 'number' && key.endsWith('At')) return localTime(value * 1000);
  // Quoted, so that a comma or a line break in a path is no end of it.
  if (Array.isArray(value) && /Paths$|Sample$/.test(key)) return value.map((path) => JSON.stringify(path)).join(', ');
  if (Array.isArray(value)) return value.map((entry) => textOf('', entry)).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
