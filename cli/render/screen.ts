import pc from 'picocolors';
import { escapeControls } from '../../functions/shared/escape-controls';

/** How a line is meant, and so which colour it has. */
export type Tone = 'plain' | 'quiet' | 'good' | 'bad' | 'notice' | 'title';

/** Where a command prints: a terminal, or a file or pipe that gets plain lines. */
export interface Screen {
  isTerminal: boolean;
  /** Characters in a line. */
  width: number;
  /** Colours a text. Characters that would control the terminal are escaped. */
  paint(text: string, tone: Tone): string;
  /** Prints lines. Everything but the colours of `paint` is escaped. */
  print(line: string): void;
}

/** Wide enough for the tables, and what mail and tickets still show unbroken. */
const PLAIN_WIDTH = 100;
const NARROWEST = 60;

/**
 * The process's standard output. Colours only on a terminal, and not with NO_COLOR. `hasTables`: tables have their frames
 * also in a pipe.
 */
export function standardOutput(hasTables = false): Screen {
  const isTerminal = process.stdout.isTTY === true;
  const colors = pc.createColors(isTerminal && pc.isColorSupported);
  const painters: Record<Tone, (text: string) => string> = {
    plain: String,
    quiet: colors.dim,
    good: colors.green,
    bad: colors.red,
    notice: colors.yellow,
    title: (text) => colors.bold(colors.cyan(text)),
  };
  return {
    isTerminal: isTerminal || hasTables,
    width: isTerminal ? Math.max(NARROWEST, process.stdout.columns) : PLAIN_WIDTH,
    paint: (text, tone) => painters[tone](escapeControls(text)),
    print: (line) => process.stdout.write(`${printable(line)}\n`),
  };
}

/** The codes of the tones: bold, dim, red, green, yellow, cyan, and what ends them. */
const OWN_CODES = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|36|39)m)`);

/** A line with every control character escaped except the codes of `paint`. */
export function printable(line: string): string {
  return line
    .split(OWN_CODES)
    .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
    .join('');
}

/** Breaks a text between words into lines of at most `width` characters; longer words stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && longer.length > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}
