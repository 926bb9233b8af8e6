import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import stringWidth from 'string-width';
import type { Screen } from '../render/screen';
import type { DrawnLine } from './draw';

/** Lines at the bottom of a terminal that are replaced in place; what is printed meanwhile stays above them. */
export class LiveBlock {
  private lines: DrawnLine[] = [];
  private drawAgain: (() => void) | undefined;

  constructor(
    private readonly screen: Screen,
    private readonly output: NodeJS.WriteStream = process.stdout,
  ) {}

  /** Shows lines for the terminal's present size, and again when that changes. */
  show(draw: (columns: number, rows: number) => DrawnLine[]): void {
    this.stopWatching();
    const redraw = () => this.replace(draw(this.output.columns || 80, this.output.rows || 24));
    redraw();
    this.drawAgain = redraw;
    this.output.on('resize', redraw);
  }

  clear(): void {
    this.stopWatching();
    this.replace([]);
  }

  private replace(lines: DrawnLine[]): void {
    const painted = lines.map(({ text, tone }) => this.screen.paint(text, tone));
    this.erase();
    this.output.write(painted.map((line) => `${line}\n`).join(''));
    this.lines = lines;
  }

  /** Takes what is shown away. In a terminal that is narrower now, a line takes several rows. */
  private erase(): void {
    const columns = this.output.columns || 80;
    const rows = this.lines.reduce((sum, { text }) => sum + Math.max(1, Math.ceil(stringWidth(text) / columns)), 0);
    if (rows === 0) return;
    moveCursor(this.output, 0, -rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
  }

  private stopWatching(): void {
    if (this.drawAgain) this.output.off('resize', this.drawAgain);
    this.drawAgain = undefined;
  }
}
