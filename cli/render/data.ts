/** How data is printed; `table` is for people. */
export const OUTPUTS = ['table', 'json', 'tsv', 'yaml'] as const;
export type Output = (typeof OUTPUTS)[number];

/** What makes a text of data. The package for YAML is loaded only when it is asked for. */
export async function dataWriter(output: Output): Promise<(data: unknown) => string> {
  if (output === 'tsv') return asTsv;
  if (output !== 'yaml') return (data) => JSON.stringify(data);
  const { stringify } = await import('./yaml');
  // Quoted, so that whatever is escaped in a text is read as it was.
  return (data) =>
    stringify(JSON.parse(JSON.stringify(data)), {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
    }).trimEnd();
}

/** A line of names and a line for each object of a list; of one object a line for each member. */
function asTsv(data: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(data ?? null));
  if (!Array.isArray(plain)) {
    if (typeof plain !== 'object' || plain === null) return cell(plain);
    return Object.entries(plain)
      .map(([name, value]) => `${cell(name)}\t${cell(value)}`)
      .join('\n');
  }
  if (!plain.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
    return plain.map(cell).join('\n');
  const names = [...new Set(plain.flatMap(Object.keys))];
  return [names.map(cell), ...plain.map((row) => names.map((name) => cell(row[name])))]
    .map((cells) => cells.join('\t'))
    .join('\n');
}

/** A value on one line and without tabs; what is no text or number is JSON. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
