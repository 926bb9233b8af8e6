const globs = new Map<string, RegExp>();

/** Whether `text` matches a pattern in which `*` stands for any text and `?` for any one character. */
export function matchesGlob(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === '*') return true;
  const key = ignoreCase ? `i${pattern}` : `c${pattern}`;
  let expression = globs.get(key);
  if (!expression) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]');
    expression = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
    globs.set(key, expression);
  }
  return expression.test(text);
}

/** A value, or a list of values, as a list. */
export function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
