import { autocomplete, isCancel, log, settings, text } from '@clack/prompts';
import { escapeControls, escapeToOneLine } from '../functions/shared/escape-controls';
import { EXIT, Failure, INTERRUPTED } from './failure';

/** A row that can be chosen. */
export interface Choice<Value> {
  value: Value;
  label: string;
  hint?: string;
}

/** An interactive terminal, at which questions can be asked. */
export interface Terminal {
  /** Lets a row be chosen by its number, part of its name, or with the arrow keys. `words` can be typed instead. */
  choose<Value>(
    question: string,
    choices: Choice<Value>[],
    words?: string[],
  ): Promise<{ value: Value } | { word: string }>;
  /** Lets a text be typed, again and again until `problemOf` finds nothing wrong with it. */
  type(question: string, problemOf: (text: string) => string | undefined, words?: string[]): Promise<string>;
  /** Shows a text of several lines under a title. */
  show(title: string, body: string): void;
  say(text: string, tone: 'info' | 'success' | 'warn' | 'error'): void;
}

const ROWS_AT_ONCE = 12;
/** What stands before each line. */
const MARGIN = 3;
/** The width of a terminal that does not tell its own. */
const NARROWEST = 80;
/** What Ctrl-U is to a line that is being typed. */
const CLEAR_LINE = { name: 'u', ctrl: true, sequence: '\u0015' };

/** The process's own terminal. Throws a Failure when the operator presses Ctrl-C. */
export const processTerminal: Terminal = {
  async choose(question, choices, words = []) {
    const rows = choices.map(({ label, hint }, index) => ({
      value: String(index),
      label: `${String(index + 1).padStart(2)}  ${escapeToOneLine(label)}`,
      ...(hint && { hint: escapeToOneLine(hint) }),
    }));
    const all = [...rows, ...words.map((word) => ({ value: word, label: word }))];
    const labels = choices.map(({ label }) => label);
    let search = '';
    const chosen = await uncancelled((keys) =>
      autocomplete({
        message: escapeControls(question),
        placeholder: ['number or name', ...words].join(', '),
        maxItems: ROWS_AT_ONCE,
        options() {
          search = this.userInput.trim();
          const matches = matchesOf(search, labels, words);
          return all.filter(({ value }) => matches.includes(value));
        },
        filter: () => true,
        validate: (value) =>
          keys.areArrows && value !== undefined ? undefined : whyNotChosen(search, matchesOf(search, labels, words)),
      }),
    );
    return words.includes(chosen) ? { word: chosen } : { value: (choices[Number(chosen)] as Choice<never>).value };
  },

  async type(question, problemOf, words = []) {
    const answer = await uncancelled(() =>
      text({
        message: escapeControls(question),
        ...(words.length > 0 && { placeholder: `or ${words.join(', ')}` }),
        validate: (typed = '') => (words.includes(typed.trim()) ? undefined : problemOf(typed.trim())),
      }),
    );
    return answer.trim();
  },

  show(title, body) {
    // Without a box: its right border would break long names, and an ARN could not be copied.
    log.step(atWords(escapeToOneLine(title)));
    process.stdout.write(`${atWords(escapeControls(body)).replace(/^/gm, '   ')}\n`);
  },

  say(message, tone) {
    log[tone](atWords(escapeControls(message)));
  },
};

/** The text with its long lines broken between words. A word that is longer, such as an ARN, stays whole to be copied. */
function atWords(text: string): string {
  const width = (process.stdout.columns || NARROWEST) - MARGIN;
  return text
    .split('\n')
    .map((line) =>
      line.length <= width ? line : line.replace(new RegExp(`(.{1,${width}})(?: +|$)`, 'g'), '$1\n').trimEnd(),
    )
    .join('\n');
}

/**
 * The rows (by index) and words that what was typed stands for. A whole name wins over a row's number, and both over parts
 * of names: a convenience must not lead to another table.
 */
function matchesOf(typed: string, labels: string[], words: string[]): string[] {
  const rows = labels.map((label, index) => ({ label, value: String(index) }));
  const valuesOf = (found: { value: string }[]) => found.map(({ value }) => value);
  if (typed === '') return [...valuesOf(rows), ...words];
  if (words.includes(typed.toLowerCase())) return [typed.toLowerCase()];
  const lower = typed.toLowerCase();
  const exact = rows.filter(({ label }) => label === typed);
  if (exact.length > 0) return valuesOf(exact);
  const inOtherCase = rows.filter(({ label }) => label.toLowerCase() === lower);
  if (inOtherCase.length > 0) return valuesOf(inOtherCase);
  const row = /^\d+$/.test(typed) ? rows[Number(typed) - 1] : undefined;
  return row ? [row.value] : valuesOf(rows.filter(({ label }) => label.toLowerCase().includes(lower)));
}

/** Enter takes the only match, never the first of several. */
function whyNotChosen(typed: string, matches: string[]): string | undefined {
  if (matches.length === 1) return undefined;
  if (matches.length === 0) return 'Nothing matches that.';
  return typed === ''
    ? 'Type a number or a name, or go to a row with the arrow keys.'
    : `${matches.length} rows match ${escapeToOneLine(typed)}. Type the whole name or the number, or go to a row with the arrow keys.`;
}

/** Asks; Esc clears what was typed. Throws a Failure when the operator presses Ctrl-C. */
async function uncancelled(ask: (keys: { areArrows: boolean }) => Promise<string | symbol>): Promise<string> {
  // Esc does not end a question, and so not the command.
  settings.aliases.delete('escape');
  const keys = { areArrows: false };
  const listen = (_text: string | undefined, { name = '' }: { name?: string }) => {
    // What is chosen with the arrow keys is chosen until something else is typed.
    if (!['return', 'enter'].includes(name)) keys.areArrows = ['up', 'down'].includes(name);
    if (name === 'escape') process.stdin.emit('keypress', undefined, CLEAR_LINE);
  };
  process.stdin.on('keypress', listen);
  try {
    const answer = await ask(keys);
    if (isCancel(answer)) throw new Failure(INTERRUPTED, EXIT.interrupted);
    return answer as string;
  } finally {
    process.stdin.off('keypress', listen);
  }
}
