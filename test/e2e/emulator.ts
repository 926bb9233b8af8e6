import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonPrograms } from '../../scripts/python-environment';
import { freePort } from '../free-port';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
/** Bounds for a machine that is busy with other work; idle, it takes 3 seconds and 15. */
const READY_SECONDS = 120;
const SAM_SECONDS = 480;
const STOP_SECONDS = 15;

type ClientClass<Client> = new (config: never) => Client;

/** MiniStack, an AWS emulator that others wrote, on a port of its own; and SAM, which takes it for AWS. */
export class Emulator {
  private constructor(
    private readonly process: ChildProcess,
    readonly endpoint: string,
    private readonly folder: string,
    private readonly log: string[],
  ) {}

  /** Throws, with what MiniStack wrote, when it does not answer in time. */
  static async start(): Promise<Emulator> {
    const programs = pythonPrograms('emulator');
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'ministack-'));
    const child = spawn(join(programs, 'python'), [join(__dirname, 'start_emulator.py')], {
      cwd: folder,
      // A group of its own, so that the processes that functions run in end with it.
      detached: true,
      env: environment(folder, {
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        MINISTACK_REGION: REGION,
        S3_DATA_DIR: join(folder, 's3'),
        STATE_DIR: join(folder, 'state'),
      }),
    });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(String(chunk)));
    child.once('error', (error) => log.push(error.message));
    const emulator = new Emulator(child, `http://127.0.0.1:${port}`, folder, log);
    try {
      await emulator.ready();
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return emulator;
  }

  private async ready(): Promise<void> {
    const end = Date.now() + READY_SECONDS * 1000;
    while (this.isRunning && Date.now() < end) {
      const answer = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const problem = this.isRunning ? `does not answer after ${READY_SECONDS} s` : 'could not be started';
    throw new Error(`MiniStack ${problem} (.venv/emulator, ${this.endpoint}). It wrote:\n${this.tail() || 'nothing'}`);
  }

  private get isRunning(): boolean {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** The end of what the emulator logged, for messages about what went wrong in it. */
  tail(): string {
    return this.log.join('').slice(-4000);
  }

  async stop(): Promise<void> {
    if (this.isRunning) {
      const isOver = new Promise((resolve) => this.process.once('exit', resolve));
      this.signal('SIGTERM');
      const patience = setTimeout(() => this.signal('SIGKILL'), STOP_SECONDS * 1000);
      await isOver;
      clearTimeout(patience);
    }
    // What is left of its group: a function's process that was busy.
    this.signal('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  client<Client>(Client: ClientClass<Client>): Client {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
    return new Client({ endpoint: this.endpoint, region: REGION, credentials } as never);
  }

  /** Runs SAM against the emulator. Rejects with what it wrote when it fails. */
  async sam(...args: string[]): Promise<string> {
    const env = environment(this.folder, {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: REGION,
      SAM_CLI_TELEMETRY: '0',
      __SAM_CLI_APP_DIR: this.folder,
    });
    const options = { env, timeout: SAM_SECONDS * 1000, maxBuffer: 64 * 1024 * 1024 };
    try {
      return (await promisify(execFile)(join(pythonPrograms('checkers'), 'sam'), args, options)).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`sam ${args.join(' ')}:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}\n${this.tail()}`);
    }
  }
}

/**
 * This process's environment without what it says about AWS, so that nothing here can reach an account, and with
 * temporary files in `folder`, which goes when the emulator does.
 */
function environment(folder: string, own: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const none = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  return { ...Object.fromEntries(inherited), ...none, TMPDIR: folder, ...own };
}
