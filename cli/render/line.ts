import { type Screen, type Tone, wrap } from './screen';

/** One line of what a person is shown of a run. */
export interface StoryLine {
  time: string;
  subject: string;
  text: string;
  tone: Tone;
}

type Line = Omit<StoryLine, 'time'> & {
  /** `hh:mm:ss` */
  clock: string;
};

const TIME_WIDTH = 'hh:mm:ss'.length;
const SUBJECT_WIDTH = 22;
const GAP = '  ';

/** Prints one line of a story. */
export function printLine({ clock, subject, text, tone }: Line, screen: Screen): void {
  const indent = ' '.repeat(TIME_WIDTH + GAP.length + SUBJECT_WIDTH + GAP.length);
  const [first = '', ...rest] = wrap(text, screen.width - indent.length);
  screen.print(
    `${screen.paint(clock, 'quiet')}${GAP}${screen.paint(subject.padEnd(SUBJECT_WIDTH), 'plain')}${GAP}${screen.paint(first, tone)}`,
  );
  for (const line of rest) screen.print(`${indent}${screen.paint(line, tone)}`);
}
