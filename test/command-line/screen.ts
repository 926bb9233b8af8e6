/** A row of a terminal; one that was begun because the row above was full continues it. */
interface Row {
  text: string[];
  continues: boolean;
}

const ESCAPE = String.fromCharCode(27);
const CONTROL = new RegExp(
  `${ESCAPE}\\[([?0-9;]*)([A-Za-z])|${ESCAPE}[^\\[]|[\\r\\n\\b\\t]|[^${ESCAPE}\\r\\n\\b\\t]`,
  'gu',
);

/** What a terminal shows: text, cursor movements and erasures, as far as the console uses them (ECMA-48). */
export class Screen {
  private readonly rows: Row[] = [{ text: [], continues: false }];
  private row = 0;
  private column = 0;

  constructor(public columns: number) {}

  write(chunk: string): void {
    for (const [token, numbers = '', command] of chunk.matchAll(CONTROL)) {
      if (command) this.move(command, numbers.startsWith('?') ? 0 : Number.parseInt(numbers, 10) || 0);
      else if (token === '\r') this.column = 0;
      else if (token === '\n') this.goTo(this.row + 1);
      else if (token === '\b') this.column = Math.max(0, this.column - 1);
      else if (!token.startsWith(ESCAPE)) this.put(token);
    }
  }

  /** The rows as they are seen. */
  get seen(): string[] {
    return this.rows.map(({ text }) =>
      Array.from(text, (character) => character ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  /** The lines as they are copied: a row that was full continues in the next one. */
  get lines(): string[] {
    const lines: string[] = [];
    for (const [index, { continues }] of this.rows.entries()) {
      const text = this.seen[index] ?? '';
      if (continues) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines;
  }

  /** Where the terminal broke a line because its row was full: the word that it broke. */
  get brokenWords(): string[] {
    return this.rows.flatMap(({ continues }, index) => {
      if (!continues) return [];
      const [before = '', after = ''] = [this.seen[index - 1], this.seen[index]];
      const [head = ''] = before.length < this.columns ? [''] : (before.match(/\S*$/) ?? ['']);
      const [tail = ''] = after.match(/^\S*/) ?? [''];
      return head && tail ? [head + tail] : [];
    });
  }

  private put(character: string): void {
    if (this.column >= this.columns) {
      this.goTo(this.row + 1);
      this.column = 0;
      this.current.continues = true;
    }
    this.current.text[this.column] = character;
    this.column += 1;
  }

  private move(command: string, number: number): void {
    const steps = number || 1;
    if (command === 'A') this.goTo(Math.max(0, this.row - steps));
    if (command === 'B') this.goTo(this.row + steps);
    if (command === 'C') this.column += steps;
    if (command === 'D') this.column = Math.max(0, this.column - steps);
    if (command === 'G') this.column = steps - 1;
    if (command === 'K') this.current.text.length = number === 2 ? 0 : Math.min(this.column, this.current.text.length);
    if (command === 'J') {
      this.current.text.length = Math.min(this.column, this.current.text.length);
      this.rows.length = this.row + 1;
    }
  }

  private goTo(row: number): void {
    while (this.rows.length <= row) this.rows.push({ text: [], continues: false });
    this.row = row;
  }

  private get current(): Row {
    return this.rows[this.row] as Row;
  }
}
