import Table from 'cli-table3';
import { type ResourceNames, resourceName } from './resource-name';
import { type Screen, type Tone, wrap } from './screen';

type TargetResult = Record<string, string | number | boolean>;

/** Members of a target's result that are sentences or long: they stand below the table. */
const BELOW_THE_TABLE = ['FailureMessage', 'Warning', 'RecoveryPointArn'];
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

/** A table of texts, no wider than the screen. The first row of texts is the heading. */
export function table(headings: string[], rows: { text: string; tone: Tone }[][], screen: Screen): string {
  const widths = headings.map((heading, column) =>
    Math.max(
      heading.length,
      ...rows.flatMap((row) => (row[column]?.text ?? '').split('\n').map((line) => line.length)),
    ),
  );
  // Each column has a border and a blank on both sides. The last column gives way.
  const tooMuch = widths.reduce((sum, width) => sum + width + 3, 1) - screen.width;
  const last = widths.length - 1;
  if (tooMuch > 0) widths[last] = Math.max(10, (widths[last] ?? 0) - tooMuch);
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

/** What the run's record says of each target. */
function targetResults(runRecord: unknown): TargetResult[] {
  const report = (runRecord as { report?: Record<string, unknown> } | undefined)?.report ?? {};
  const list = Object.values(report).find((member) => Array.isArray(member) && typeof member[0] === 'object');
  return (list ?? []) as TargetResult[];
}

function targetTable(targets: TargetResult[], names: ResourceNames, screen: Screen): string {
  const keys = [...new Set(targets.flatMap(Object.keys))].filter((key) => !BELOW_THE_TABLE.includes(key));
  const rows = targets.map((target) =>
    keys.map((key, column) => {
      const text = column === 0 ? resourceName(String(target[key]), names) : cellText(key, target[key]);
      return { text, tone: column === 0 ? targetTone(target) : cellTone(key, text) };
    }),
  );
  return table(
    keys.map((key) => HEADINGS[key] ?? key),
    rows,
    screen,
  );
}

function printRemarks(target: TargetResult, names: ResourceNames, screen: Screen): void {
  const name = resourceName(String(Object.values(target)[0]), names);
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

/** Prints a text of any length, in the colour of its tone. */
export function printWrapped(text: string, tone: Tone, screen: Screen): void {
  for (const line of wrap(text, screen.width)) screen.print(screen.paint(line, tone));
}

/** `43m 05s`, `2h 10m`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  const two = (number: number) => String(number).padStart(2, '0');
  return minutes < 60 ? `${minutes}m ${two(whole % 60)}s` : `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
