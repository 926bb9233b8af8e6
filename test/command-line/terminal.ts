import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { Screen } from './screen';

const ROWS = 50;
/** How long something may take to appear. Nothing is waited for longer than it takes. */
const PATIENCE_MS = 40_000;

/** Whether pseudo-terminals can be had: `script` belongs to every Linux (util-linux), with other options elsewhere. */
export const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** A command in a pseudo-terminal, and a person who reads and types there. */
export class Terminal {
  /** All that was shown, without colours and cursor movements. */
  shown = '';
  /** The same as a person sees it. */
  readonly screen: Screen;
  readonly exitCode: Promise<number>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readFrom = 0;
  private wake = () => {};
  private device = '';

  constructor(command: string[], env: Record<string, string>, columns = 120) {
    this.screen = new Screen(columns);
    const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const script = `tty; stty cols ${columns} rows ${ROWS} -echo; exec ${line}`;
    this.child = spawn('script', ['--quiet', '--return', '--flush', '--command', script, '/dev/null'], { env });
    const decoder = new TextDecoder();
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.take(decoder.decode(chunk, { stream: true }));
      this.wake();
    });
    this.exitCode = new Promise((resolve) => {
      this.child.once('close', (code) => {
        resolve(code ?? -1);
        this.wake();
      });
    });
  }

  /** Waits until a text is shown that was not there when it was last waited for; returns it. */
  async sees(text: string | RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const unread = this.shown.slice(this.readFrom);
      const found = typeof text === 'string' ? text : unread.match(text)?.[0];
      const at = typeof text === 'string' ? unread.indexOf(text) : unread.search(text);
      if (found !== undefined && at >= 0) {
        this.readFrom += at + 1;
        return found;
      }
      const left = deadline - Date.now();
      if (left <= 0 || this.child.exitCode !== null)
        throw new Error(`${text} did not appear. What was shown since:\n${unread}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits for a question, and answers it. */
  async answers(question: string | RegExp, text: string): Promise<void> {
    await this.sees(question);
    this.types(`${text}\r`);
  }

  /** Makes the window another size, as a person does with the mouse. */
  resize(columns: number): void {
    this.screen.columns = columns;
    spawnSync('stty', ['-F', this.device, 'cols', String(columns), 'rows', String(ROWS)]);
  }

  types(text: string): void {
    this.child.stdin.write(text);
  }

  /** The first line is the name of the terminal itself. */
  private take(text: string): void {
    const [, device, rest = text] = this.device ? [] : (text.match(/^(\/dev\/\S+)\r\n([\s\S]*)$/) ?? []);
    this.device ||= device ?? '';
    this.shown += stripVTControlCharacters(rest);
    this.screen.write(rest);
  }

  /** Closes the window: what runs in it loses its terminal. */
  close(): void {
    this.child.kill('SIGKILL');
  }

  /** Whether nothing uses the terminal any more, within a moment. */
  async isOver(): Promise<boolean> {
    for (let looks = 0; looks < 50; looks += 1) {
      if (spawnSync('ps', ['-t', this.device.replace('/dev/', ''), '-o', 'pid=']).stdout.length === 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }
}
