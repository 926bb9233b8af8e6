/** What a bench prints: figures under column titles, and what one has to know to read them. */
export interface Table {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  notes?: string[];
}

/** The table as aligned plain text. */
export function asText({ title, columns, rows, notes = [] }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(format))];
  const widths = columns.map((_column, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [title, '', ...lines, ...notes.map((note) => `  ${note}`), ''].join('\n');
}

/** The table in Markdown, under a heading. */
export function asMarkdown({ title, columns, rows, notes = [] }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_column, index) => (index === 0 ? '---' : '---:'));
  return [
    `## ${title}`,
    '',
    ...[columns, rule, ...rows.map((row) => row.map(format))].map(line),
    ...notes.flatMap((note) => ['', note]),
    '',
  ].join('\n');
}

/** Three digits that count; whole numbers as they are. */
function format(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  if (Number.isInteger(cell) || Math.abs(cell) >= 1000) return Math.round(cell).toLocaleString('en-US');
  return Number(cell.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** `13.5 x` for something that is so many times as large as the other. */
export function ratio(value: number, other: number): string {
  return `${format(value / other)} x`;
}
