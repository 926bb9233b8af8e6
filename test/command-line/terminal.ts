import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

const COLUMNS = 120;
const ROWS = 50;
/** How long something may take to appear. Nothing is waited for longer than it takes. */
const PATIENCE_MS = 40_000;

/** Whether pseudo-terminals can be had: `script` belongs to every Linux (util-linux), with other options elsewhere. */
export const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** A command in a pseudo-terminal, and a person who reads and types there. */
export class Terminal {
  /** All that was shown, without colours and cursor movements. */
  shown = '';
  readonly exitCode: Promise<number>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readFrom = 0;
  private wake = () => {};

  constructor(command: string[], env: Record<string, string>) {
    const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const script = `stty cols ${COLUMNS} rows ${ROWS} -echo; exec ${line}`;
    this.child = spawn('script', ['--quiet', '--return', '--flush', '--command', script, '/dev/null'], { env });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.shown += stripVTControlCharacters(chunk.toString('utf8'));
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

  types(text: string): void {
    this.child.stdin.write(text);
  }

  close(): void {
    this.child.kill('SIGKILL');
  }
}
