import { autocomplete, isCancel, log, note, text } from '@clack/prompts';
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

/** The process's own terminal. Throws a Failure when the operator presses Ctrl-C. */
export const processTerminal: Terminal = {
  async choose(question, choices, words = []) {
    const rows = choices.map(({ label, hint }, index) => ({
      value: String(index),
      label: `${String(index + 1).padStart(2)}  ${escapeToOneLine(label)}`,
      ...(hint && { hint: escapeToOneLine(hint) }),
    }));
    const answer = await autocomplete({
      message: escapeControls(question),
      options: [...rows, ...words.map((word) => ({ value: word, label: word }))],
      placeholder: ['number or name', ...words].join(', '),
      maxItems: ROWS_AT_ONCE,
      validate: (value) => (value === undefined ? 'Nothing matches that.' : undefined),
      filter: (search, { value, label = '' }) => {
        const typed = search.trim().toLowerCase();
        if (typed === '') return true;
        if (words.includes(typed)) return value === typed;
        if (/^\d+$/.test(typed)) return value === String(Number(typed) - 1);
        return label.toLowerCase().includes(typed);
      },
    });
    const chosen = orInterrupted(answer);
    return words.includes(chosen) ? { word: chosen } : { value: (choices[Number(chosen)] as Choice<never>).value };
  },

  async type(question, problemOf, words = []) {
    const answer = await text({
      message: escapeControls(question),
      ...(words.length > 0 && { placeholder: `or ${words.join(', ')}` }),
      validate: (typed = '') => (words.includes(typed.trim()) ? undefined : problemOf(typed.trim())),
    });
    return orInterrupted(answer).trim();
  },

  show(title, body) {
    note(escapeControls(body), escapeToOneLine(title), { format: (line) => line });
  },

  say(message, tone) {
    log[tone](escapeControls(message));
  },
};

function orInterrupted(answer: string | symbol): string {
  if (isCancel(answer)) throw new Failure(INTERRUPTED, EXIT.interrupted);
  return answer as string;
}
