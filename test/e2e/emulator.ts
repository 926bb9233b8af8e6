import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonPrograms } from '../../scripts/python-environment';
import { freePort } from '../free-port';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const READY_SECONDS = 60;
const SAM_SECONDS = 300;

type ClientClass<Client> = new (config: never) => Client;

/** MiniStack, an AWS emulator that nobody of this project wrote, on a port of its own; and SAM, which takes it for AWS. */
export class Emulator {
  private constructor(
    private readonly process: ChildProcess,
    private readonly endpoint: string,
    private readonly folder: string,
    private readonly log: string[],
  ) {}

  static async start(): Promise<Emulator> {
    const programs = pythonPrograms('emulator');
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'ministack-'));
    const child = spawn(join(programs, 'python'), [join(__dirname, 'start_emulator.py')], {
      cwd: folder,
      env: {
        ...process.env,
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        MINISTACK_REGION: REGION,
        S3_DATA_DIR: join(folder, 's3'),
        STATE_DIR: join(folder, 'state'),
      },
    });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(String(chunk)));
    const emulator = new Emulator(child, `http://127.0.0.1:${port}`, folder, log);
    await emulator.ready();
    return emulator;
  }

  private async ready(): Promise<void> {
    const end = Date.now() + READY_SECONDS * 1000;
    while (this.process.exitCode === null && Date.now() < end) {
      const answer = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`MiniStack does not answer:\n${this.tail()}`);
  }

  /** The end of what the emulator logged, for messages about what went wrong in it. */
  tail(): string {
    return this.log.join('').slice(-4000);
  }

  async stop(): Promise<void> {
    const isOver = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode === null && this.process.kill()) await isOver;
    rmSync(this.folder, { recursive: true, force: true });
  }

  client<Client>(Client: ClientClass<Client>): Client {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
    return new Client({ endpoint: this.endpoint, region: REGION, credentials } as never);
  }

  /** Runs SAM against the emulator. Rejects with what it wrote when it fails. */
  async sam(...args: string[]): Promise<string> {
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: REGION,
      SAM_CLI_TELEMETRY: '0',
    };
    const options = { env, timeout: SAM_SECONDS * 1000, maxBuffer: 64 * 1024 * 1024 };
    try {
      return (await promisify(execFile)(join(pythonPrograms('checkers'), 'sam'), args, options)).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`sam ${args.join(' ')}:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}\n${this.tail()}`);
    }
  }
}
