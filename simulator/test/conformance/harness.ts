import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { externalDataInterceptor } from '@smithy/core/config';
import { Account } from '../../account';
import { freePort } from '../free-port';
import { differences } from './differences';
import { Recorder } from './recorder';

type ClientClass<C> = new (config: never) => C;

type Implementation = 'simulator' | 'moto' | 'aws';

/** One AWS account as a test sees it: the simulated one, or that of an emulator. */
export interface Aws {
  implementation: Implementation;
  /** An SDK client of the account's owner. */
  client<C>(Client: ClientClass<C>): C;
  /** Asks again and again until the answer is there (not undefined, not false), in the account's own time. */
  eventually<T>(ask: () => Promise<T | undefined | false>): Promise<T>;
}

/** Describes one behaviour; it runs as a test of its own in every implementation. */
type Behaviour = (name: string, test: (aws: Aws) => Promise<void>) => void;

/** What the tests of a suite find, made anew for each of them. */
export interface Arrangement {
  /** Puts into the simulated account what no simulated API call can make. */
  simulator?: (account: Account) => void;
  /** Makes the same in moto. */
  moto?: (aws: Aws) => Promise<void>;
  /** Makes the same in an AWS account; `alreadyThere` where each account has it. Without it AWS is not asked. */
  aws?: ((aws: Aws) => Promise<void>) | 'alreadyThere';
  /** Why moto cannot be asked. */
  notInMoto?: string;
}

/** moto knows one behaviour of each doubt. */
const AS_IN_MOTO = {
  'dynamodb.onDemandBackup': 'untilTheRequest',
  'dynamodb.systemBackup': 'atOnce',
} as const;
const REGION = 'eu-west-1';
const VIRTUAL_LIMIT_SECONDS = 24 * 3600;
const ATTEMPTS = 200;
/** AWS's own time: a backup of an empty file system takes minutes. */
const AWS_PAUSE_MS = Number(process.env.CONFORMANCE_PAUSE_MS ?? 15_000);
const AWS_LIMIT_MS = 3600_000;

// The SDK reads these with a client's first request. That takes real time, which the simulated clock cannot see, and
// a developer's own settings do not belong in a test.
if (process.env.CONFORMANCE_TARGET !== 'aws')
  for (const file of ['config', 'credentials'])
    externalDataInterceptor.interceptFile(join(homedir(), '.aws', file), '');

/**
 * Holds the simulated account and moto to the same behaviours, so that neither is believed alone. Known differences
 * are listed in differences.ts; a listed test has to fail, so that the list stays true.
 */
export function conformance(suite: string, define: (behaves: Behaviour) => void, arrange: Arrangement = {}): void {
  if (process.env.CONFORMANCE_TARGET === 'aws') {
    recordInAws(suite, define, arrange);
    return;
  }
  describe(`${suite} in the simulated account`, () => {
    define((name, test) => {
      testOf(
        'simulator',
        suite,
        name,
      )(name, async () => {
        // One account at a time, and none while moto runs: its clock is the whole process's clock.
        const account = new Account({ seed: 1, region: REGION, wire: true, doubts: AS_IN_MOTO });
        try {
          arrange.simulator?.(account);
          const aws = awsOf('simulator', (Client) => account.endpoint.client(Client), 20_000);
          await account.clock.runUntil(test(aws), VIRTUAL_LIMIT_SECONDS);
        } finally {
          account.close();
        }
      });
    });
  });

  if (arrange.notInMoto) return;
  if (!isInstalled('moto_server')) {
    process.stderr.write(
      `moto_server is not installed: ${suite} is compared with nothing (pip install 'moto[server]').\n`,
    );
    return;
  }

  describe(`${suite} in moto`, () => {
    const moto = new Moto();
    const aws = awsOf('moto', (Client) => moto.client(Client), 50);
    beforeAll(() => moto.start());
    afterAll(() => moto.stop());
    beforeEach(async () => {
      await moto.reset();
      await arrange.moto?.(aws);
    });
    define((name, test) => {
      testOf('moto', suite, name)(name, () => test(aws));
    });
  });
}

/**
 * Asks an AWS account, or what AWS_ENDPOINT_URL names, and records what it answers into the folder CONFORMANCE_RECORDINGS.
 * Only in the account that CONFORMANCE_ACCOUNT names: the behaviours overwrite what has the names that they use.
 */
function recordInAws(suite: string, define: (behaves: Behaviour) => void, arrange: Arrangement): void {
  const needsNothing = !arrange.simulator || arrange.aws === 'alreadyThere';
  if (!needsNothing && !arrange.aws) {
    test.todo(`${suite} in AWS: what it needs cannot be made there`);
    return;
  }
  describe(`${suite} in AWS`, () => {
    const region = process.env.AWS_REGION ?? REGION;
    const recorder = new Recorder(suite, region, AWS_PAUSE_MS);
    const aws = awsOf('aws', (Client) => recorded(Client, recorder, region), AWS_PAUSE_MS);
    beforeAll(async () => {
      const { Account: asked } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
      const { CONFORMANCE_ACCOUNT: wanted } = process.env;
      if (asked !== wanted) throw new Error(`CONFORMANCE_ACCOUNT is ${wanted}, and these are credentials of ${asked}.`);
    });
    afterAll(() => {
      const path = recorder.write(process.env.CONFORMANCE_RECORDINGS ?? 'recordings');
      process.stderr.write(`${suite}: ${path}\n`);
    });
    define((name, behaviour) => {
      it(
        name,
        async () => {
          recorder.begin(name);
          try {
            if (typeof arrange.aws === 'function') await arrange.aws(aws);
            await behaviour(aws);
          } finally {
            await recorder.end();
          }
        },
        AWS_LIMIT_MS,
      );
    });
  });
}

function recorded<C>(Client: ClientClass<C>, recorder: Recorder, region: string): C {
  const client = new Client({ region } as never);
  recorder.watch(client as never);
  return client;
}

function testOf(implementation: Implementation, suite: string, name: string): typeof it | typeof it.failing {
  const known = differences.some(
    (difference) =>
      difference.implementation === implementation && difference.suite === suite && difference.behaviour === name,
  );
  return known ? it.failing : it;
}

function awsOf(implementation: Implementation, client: Aws['client'], pauseMs: number): Aws {
  return {
    implementation,
    client,
    async eventually(ask) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      throw new Error(`No answer after ${ATTEMPTS} attempts`);
    },
  };
}

function isInstalled(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** moto's server as a child process. */
class Moto {
  private url = '';
  private child?: ChildProcess;

  async start(): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    // A group of its own: the command may be a script that starts the real server.
    this.child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
      detached: true,
      // Reading hundreds of images after each reset would take most of the time.
      env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'False' },
    });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('moto_server does not answer');
  }

  stop(): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid);
  }

  async reset(): Promise<void> {
    await fetch(`${this.url}/moto-api/reset`, { method: 'POST' });
  }

  client<C>(Client: ClientClass<C>): C {
    return new Client({
      region: REGION,
      endpoint: this.url,
      credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
      maxAttempts: 1,
    } as never);
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/moto-api/data.json`)).ok;
    } catch {
      return false;
    }
  }
}

/** A port that no process listens on. */
