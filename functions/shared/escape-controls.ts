/** Control, format (bidirectional, zero-width), surrogate and line-separator characters, except line feed and tab. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a text safe to print: names of files, tags and tables, and messages of services, may hold characters that move
 * the cursor, hide text or reverse it. Such a character becomes `\u001b`, which JSON reads as the same character. Line
 * feeds and tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** The same for a text that must stay on one line. */
export function escapeToOneLine(text: string): string {
  return escapeControls(text).replaceAll('\n', '\\n');
}
