import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommandLine } from '../../scripts/command-line-bundle';

/** The simulated account, served as `npm run local` does, and the command line beside it. */
export class LocalAccount {
  private constructor(
    readonly port: number,
    /** The bundle of the command, as it is deployed. */
    readonly command: string,
    readonly folder: string,
    private readonly server: ChildProcessWithoutNullStreams,
  ) {}

  /** Serves `world` (that of `npm run local` by default), with so many minutes in every second. */
  static async serve(options: { minutesPerSecond: number; world?: object; faults?: object[] }): Promise<LocalAccount> {
    const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
    const files = Object.entries({ world: options.world, faults: options.faults }).flatMap(([name, content]) => {
      if (content === undefined) return [];
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(content));
      return [`--${name}`, file];
    });
    const pace = ['--minutes-per-second', String(options.minutesPerSecond)];
    const server = spawn(
      process.execPath,
      ['scripts/start.cjs', 'scripts/local.ts', '--port', '0', '--quiet', ...pace, ...files],
      { stdio: 'pipe' },
    );
    const [command, port] = await Promise.all([buildCommandLine(join(folder, 'bundle')), portOf(server)]);
    return new LocalAccount(port, command, folder, server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The environment of a user with his own credentials, of the account or of `credentials`, and without colours. */
  environment(credentials: Record<string, string> = {}): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    return {
      PATH,
      HOME,
      TZ: 'Europe/Berlin',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ...credentials,
    };
  }

  /** Runs the command without a terminal. */
  run(args: string[], { input = '', env = this.environment() }: { input?: string; env?: Record<string, string> } = {}) {
    return spawnSync(process.execPath, [this.command, ...args], { encoding: 'utf8', input, env });
  }

  /** Writes a file for the command to read; returns its name. */
  file(name: string, content: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function portOf(server: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    let shown = '';
    const read = (chunk: Buffer) => {
      shown += chunk.toString();
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(shown)?.[1];
      if (port) resolve(Number(port));
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', () => reject(new Error(`The simulated account is not served: ${shown}`)));
  });
}
