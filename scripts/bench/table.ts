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

/** The figures as ratios to those that an earlier table with the same title has in the row with the same name. */
export function comparedTo(earlier: Table[], { title, columns, rows }: Table): Table[] {
  const before = earlier.find((table) => table.title === title);
  if (!before) return [];
  const isName = (row: Table['rows'][number], other: Table['rows'][number]) =>
    row[0] === other[0] && (typeof row[1] === 'number' || row[1] === other[1]);
  const compared = rows.flatMap((row) => {
    const other = before.rows.find((candidate) => isName(row, candidate));
    return other ? [row.map((cell, index) => cellRatio(cell, other[index], index))] : [];
  });
  return [{ title: `${title}, compared`, columns, rows: compared, notes: ['Below 1: less than before.'] }];
}

function cellRatio(cell: string | number, other: string | number | undefined, index: number): string | number {
  if (index === 0 || typeof cell === 'string' || typeof other !== 'number' || other === 0) return cell;
  return ratio(cell, other);
}
