import Table from 'cli-table3';
import { escapeToOneLine } from '../../functions/shared/escape-controls';
import { fullName, type ResourceNames } from './resource-name';
import { type Screen, type Tone, wrap } from './screen';

type TargetResult = Record<string, string | number | boolean>;

/** Members of a target's result that are sentences or long: they stand below the table. */
const BELOW_THE_TABLE = ['FailureMessage', 'Warning', 'RecoveryPointArn'];
/** It stands beside the id, as it is now. */
const NAME = 'Name';
const HEADINGS: Record<string, string> = {
  InstanceId: 'instance',
  PreBackupScriptStatus: 'pre script',
  StopEc2InstanceStatus: 'stop',
  BackupJobStatus: 'backup',
  StartEc2InstanceStatus: 'start',
  PostBackupScriptStatus: 'post script',
  DowntimeSeconds: 'downtime',
};
const NEUTRAL = ['skipped', 'stopped'];
const UNFINISHED = ['CREATED', 'RUNNING'];
const GOOD = ['Success', 'COMPLETED', 'running', 'SUCCEEDED', 'AVAILABLE', 'available', 'ACTIVE'];

/** Prints the table of a run record's targets, and what there is to remark on each; returns how many there are. */
export function printTargets(runRecord: unknown, names: ResourceNames, screen: Screen): number {
  const targets = targetResults(runRecord);
  if (targets.length > 0) screen.print(targetTable(targets, names, screen));
  for (const target of targets) printRemarks(target, names, screen);
  return targets.length;
}

interface Cell {
  text: string;
  tone: Tone;
}

/** A column is never narrower than this, where it gives way. */
const NARROWEST_COLUMN = 8;

/**
 * A table of texts, the headings first. On a terminal it is no wider than the screen: columns give way from the last to
 * the first, except the first one, which has the ids, and those with ARNs; where that is not enough, each row becomes a
 * block of lines. In a pipe it is one line a row, tab-separated and uncut.
 */
export function table(headings: string[], rows: Cell[][], screen: Screen): string {
  if (!screen.isTerminal)
    return [headings, ...rows.map((row) => row.map(({ text }) => escapeToOneLine(text).replaceAll('\t', '\\u0009')))]
      .map((texts) => texts.join('\t'))
      .join('\n');
  const widths = widthsOf(headings, rows, screen.width);
  return widths ? framed(headings, rows, widths, screen) : blocks(headings, rows, screen);
}

/** The width of each column on a screen; undefined where the table is too wide for it. */
function widthsOf(headings: string[], rows: Cell[][], screenWidth: number): number[] | undefined {
  const lines = (column: number) => rows.flatMap((row) => (row[column]?.text ?? '').split('\n'));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines(column).map((line) => line.length)),
  );
  // Each column has a border and a blank on both sides.
  let tooMuch = widths.reduce((sum, width) => sum + width + 3, 1) - screenWidth;
  for (let column = widths.length - 1; column > 0 && tooMuch > 0; column -= 1) {
    if (lines(column).some((line) => line.startsWith('arn:'))) continue;
    const width = widths[column] ?? 0;
    const narrower = Math.min(width, Math.max(NARROWEST_COLUMN, headings[column]?.length ?? 0, width - tooMuch));
    tooMuch -= width - narrower;
    widths[column] = narrower;
  }
  return tooMuch > 0 ? undefined : widths;
}

function framed(headings: string[], rows: Cell[][], widths: number[], screen: Screen): string {
  const output = new Table({
    head: headings.map((heading) => screen.paint(heading, 'title')),
    colWidths: widths.map((width) => width + 2),
    wordWrap: true,
    // The screen decides about colours.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) output.push(row.map(({ text, tone }) => screen.paint(text, tone)));
  return output.toString();
}

function blocks(headings: string[], rows: Cell[][], screen: Screen): string {
  const width = Math.max(...headings.map((heading) => heading.length));
  const block = (row: Cell[]) =>
    row.map(({ text, tone }, column) =>
      [screen.paint((headings[column] ?? '').padEnd(width), 'quiet'), screen.paint(text, tone)].join('  '),
    );
  return rows.map((row) => block(row).join('\n')).join('\n\n');
}

/** What the run's record says of each target. */
function targetResults(runRecord: unknown): TargetResult[] {
  const report = (runRecord as { report?: Record<string, unknown> } | undefined)?.report ?? {};
  const list = Object.values(report).find((member) => Array.isArray(member) && typeof member[0] === 'object');
  return (list ?? []) as TargetResult[];
}

function targetTable(targets: TargetResult[], names: ResourceNames, screen: Screen): string {
  const keys = [...new Set(targets.flatMap(Object.keys))].filter((key) => ![...BELOW_THE_TABLE, NAME].includes(key));
  const rows = targets.map((target) =>
    keys.map((key, column) => {
      const text = column === 0 ? nameOf(target, names) : cellText(key, target[key]);
      return { text, tone: column === 0 ? targetTone(target) : cellTone(key, text) };
    }),
  );
  return table(
    keys.map((key) => HEADINGS[key] ?? key),
    rows,
    screen,
  );
}

/** A target's id, and the name that it has, or had when the run ended. */
function nameOf(target: TargetResult, names: ResourceNames): string {
  const id = String(Object.values(target)[0]);
  return fullName(id, { ...(target[NAME] && { [id]: String(target[NAME]) }), ...names });
}

function printRemarks(target: TargetResult, names: ResourceNames, screen: Screen): void {
  const name = nameOf(target, names);
  if (target.FailureMessage) printWrapped(`${name}: ${target.FailureMessage}`, 'bad', screen);
  if (target.Warning) printWrapped(`${name}: ${target.Warning}`, 'notice', screen);
}

function cellText(key: string, value: TargetResult[string] | undefined): string {
  if (value === undefined) return '-';
  return key.endsWith('Seconds') ? duration(Number(value)) : String(value);
}

function cellTone(key: string, text: string): Tone {
  if (!key.endsWith('Status')) return 'plain';
  if (NEUTRAL.includes(text)) return 'quiet';
  if (UNFINISHED.includes(text)) return 'notice';
  return GOOD.includes(text) ? 'good' : 'bad';
}

function targetTone({ FailureMessage, Warning }: TargetResult): Tone {
  if (FailureMessage) return 'bad';
  return Warning ? 'notice' : 'good';
}

/** Prints a text of any length, in the colour of its tone; in a pipe its lines stay whole. */
export function printWrapped(text: string, tone: Tone, screen: Screen): void {
  for (const line of screen.isTerminal ? wrap(text, screen.width) : text.split('\n'))
    screen.print(screen.paint(line, tone));
}

/** `43m 05s`, `2h 10m`, `6d 02h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  const two = (number: number) => String(number).padStart(2, '0');
  if (minutes < 60) return `${minutes}m ${two(whole % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h ${two(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}
