import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Aws } from './aws';
import { EXIT, explain, INTERRUPTED } from './failure';
import { dataWriter } from './render/data';
import { standardOutput } from './render/screen';
import type { CommonOptions, Session } from './session';
import { findStack, type Stack } from './stack';

const DEFAULT_STACK = 'backup-workflows';
const SAM_CONFIG = 'samconfig.toml';
/** Step Functions allows an account 15 DescribeExecution calls a second, so looks are far apart; simulated hours pass in seconds. */
const AWS_PAUSE_SECONDS = 3;
const LOCAL_PAUSE_SECONDS = 0.25;
/** Credentials of the environment, which the SDK would prefer, or warn of. */
const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

interface Typed {
  common: CommonOptions;
  run(session: Session): Promise<number>;
}

/** The one place with effects: what a command may touch is made here, and every error ends here. */
export async function carryOut({ common: options, run }: Typed, isPipeClosed: () => boolean): Promise<void> {
  const isLocal = options.localPort !== undefined;
  if (options.profile !== undefined) useProfile(options.profile);
  const aws = new Aws({
    ...(options.region && { region: options.region }),
    ...(isLocal && { endpoint: `http://127.0.0.1:${options.localPort}` }),
  });
  const stackName = async () => options.stack ?? (await stackOfSamConfig()) ?? DEFAULT_STACK;
  let stack: Promise<Stack> | undefined;
  const session: Session = {
    aws,
    stack: () => {
      stack ??= announced(
        session,
        stackName().then((name) => findStack(aws, name)),
      );
      return stack;
    },
    options,
    screen: standardOutput(options.output === 'table'),
    asData: await dataWriter(options.output ?? 'json'),
    ...(process.stdin.isTTY && process.stdout.isTTY && { terminal: (await import('./terminal')).processTerminal }),
    // Asked for only when it is needed: it may take a look into a directory of users.
    get user() {
      return userInfo().username;
    },
    pauseSeconds: isLocal ? LOCAL_PAUSE_SECONDS : AWS_PAUSE_SECONDS,
    sleep: (seconds) => {
      // What a watching command would still show has no reader.
      if (isPipeClosed()) process.exit(EXIT.ok);
      return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    },
  };
  process.once('SIGINT', () => {
    process.stderr.write(`\n${INTERRUPTED}\n`);
    process.exit(EXIT.interrupted);
  });
  try {
    process.exitCode = await run(session);
  } catch (error) {
    const failure = explain(error, aws.access.endpoint);
    process.stderr.write(`${session.screen.paint(failure.message, 'bad')}\n`);
    process.exitCode = failure.exitCode;
  }
}

/** Shows at a terminal that something is under way, until it is. */
async function announced<T>({ terminal, options, screen }: Session, work: Promise<T>): Promise<T> {
  if (!terminal || options.json) return work;
  process.stdout.write(screen.paint('looking for the stack …', 'quiet'));
  try {
    return await work;
  } finally {
    process.stdout.write('\r\u001b[K');
  }
}

/** Lets a profile win over what the environment has, as the AWS CLI does. */
function useProfile(profile: string): void {
  for (const name of CREDENTIALS) delete process.env[name];
  process.env.AWS_PROFILE = profile;
}

/** The stack that `sam deploy` in this folder is about. */
async function stackOfSamConfig(): Promise<string | undefined> {
  if (!existsSync(SAM_CONFIG)) return undefined;
  const { parse } = await import('smol-toml');
  const config = parse(readFileSync(SAM_CONFIG, 'utf8')) as {
    default?: Record<'global' | 'deploy', { parameters?: { stack_name?: string } } | undefined>;
  };
  return config.default?.deploy?.parameters?.stack_name ?? config.default?.global?.parameters?.stack_name;
}
