import { createHash } from 'node:crypto';

/** A small change of a line that decides. */
export interface Mutant {
  /**
   * Follows from the file, the declaration (or state, or rule) around the change and the change, so that a result holds
   * as long as these are as they were.
   */
  id: string;
  file: string;
  line: number;
  /** What is changed, for people. */
  what: string;
  /** The file with the change. */
  apply(): string;
}

/** The id of a change in a surrounding text. */
export function mutantId(...parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The number of the line of a place in a text. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** A text in one line, for people. */
export function shortened(text: string): string {
  const words = text.replace(/\s+/g, ' ');
  return words.length > 70 ? `${words.slice(0, 70)}…` : words;
}
