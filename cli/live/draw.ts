import stringWidth from 'string-width';
import { escapeToOneLine } from '../../functions/shared/escape-controls';
import { localClock } from '../dates';
import { duration } from '../render/report';
import type { Tone } from '../render/screen';
import type { Row } from './rows';

/** A line of the block: its text, and how it is meant. */
export interface DrawnLine {
  text: string;
  tone: Tone;
}

const BAR_CELLS = 10;
const GAP = '  ';
const STEP_WIDTH = 14;
const NARROW_STEP_WIDTH = 11;
/** `100 %`, `2h 10m`, `to 04:10` */
const PERCENT_WIDTH = 5;
const ELAPSED_WIDTH = 7;
const END_WIDTH = 8;
/** Below these widths of the terminal a column gives way: the bar first, then the time that has passed. */
const WIDTH_FOR_BAR = 90;
const WIDTH_FOR_ELAPSED = 64;

/**
 * The block below the lines of a followed run: a row for each thing, the worst first, as many as fit, and one line with
 * the totals. No line is wider than the terminal.
 */
export function drawBlock(rows: Row[], totals: string, columns: number, height: number): DrawnLine[] {
  const most = Math.max(1, height - 2);
  const shown = rows.length > most ? rows.slice(0, most) : rows;
  const hidden = rows.length - shown.length;
  const last = hidden > 0 ? `${totals} (${hidden} not shown)` : totals;
  return [
    ...shown.map((row) => ({ text: cut(lineOf(row, columns), columns - 1), tone: row.tone })),
    { text: cut(last, columns - 1), tone: 'quiet' },
  ];
}

function lineOf(row: Row, columns: number): string {
  const { step, percent, elapsedSeconds, expectedAt, note } = row;
  const isNarrow = columns < WIDTH_FOR_ELAPSED;
  const gap = isNarrow ? ' ' : GAP;
  const cells = [
    pad(step, isNarrow ? NARROW_STEP_WIDTH : STEP_WIDTH),
    ...(columns >= WIDTH_FOR_BAR ? [bar(percent)] : []),
    (percent === undefined ? '' : `${Math.floor(percent)} %`).padStart(PERCENT_WIDTH),
    ...(!isNarrow ? [(elapsedSeconds === undefined ? '' : duration(elapsedSeconds)).padStart(ELAPSED_WIDTH)] : []),
    (expectedAt ? `to ${localClock(expectedAt).slice(0, -3)}` : '').padEnd(END_WIDTH),
  ].join(gap);
  const nameWidth = Math.max(20, columns - cells.length - gap.length - (note ? Math.floor(columns / 4) : 1));
  const name = [row.id, row.name].filter(Boolean).join(' ');
  const known = `${pad(name, Math.min(nameWidth, NAME_WIDTH))}${gap}${cells}`;
  return (note ? `${known}${gap}${escapeToOneLine(note)}` : known).trimEnd();
}

/** An instance's id and a name as long as most are. */
const NAME_WIDTH = 40;

function bar(percent: number | undefined): string {
  if (percent === undefined) return ' '.repeat(BAR_CELLS);
  const full = Math.floor((Math.min(100, percent) / 100) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}

/** The text in just so many columns: others' names may have wide characters and any others. */
function pad(text: string, columns: number): string {
  const shown = cut(escapeToOneLine(text), columns);
  return shown + ' '.repeat(Math.max(0, columns - stringWidth(shown)));
}

/** The text, or as much of it as fits with a mark that something is missing. */
function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let shown = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(shown + segment) >= columns) break;
    shown += segment;
  }
  return `${shown}…`;
}
