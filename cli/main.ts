#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parse as parseToml } from 'smol-toml';
import { version } from '../package.json';
import { Aws } from './aws';
import { give } from './command-line';
import { EXIT, explain, INTERRUPTED } from './failure';
import { LOCAL_PORT } from './local';
import { parse } from './parse';
import { dataWriter } from './render/data';
import { standardOutput } from './render/screen';
import type { CommonOptions, Session } from './session';
import { findStack, type Stack } from './stack';
import { processTerminal } from './terminal';

const DEFAULT_STACK = 'backup-workflows';
const SAM_CONFIG = 'samconfig.toml';
/** Step Functions allows an account 15 DescribeExecution calls a second, so looks are far apart; simulated hours pass in seconds. */
const AWS_PAUSE_SECONDS = 3;
const LOCAL_PAUSE_SECONDS = 0.25;

// The SDK's advice is about Node.js versions of its own future; here it would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** True once the reader of the output has gone, as `| head -1` does. Then the rest of it is not missed. */
let isPipeClosed = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isPipeClosed = true;
});

void parse(process.argv.slice(2), LOCAL_PORT, version).then((parsed) =>
  'run' in parsed ? main(parsed.common, parsed.run) : give(parsed),
);

/** The one place with effects: what a command may touch is made here, and every error ends here. */
async function main(options: CommonOptions, run: (session: Session) => Promise<number>): Promise<void> {
  const endpoint =
    options.localPort === undefined ? process.env.AWS_ENDPOINT_URL : `http://127.0.0.1:${options.localPort}`;
  const aws = new Aws({
    ...(options.region && { region: options.region }),
    ...(options.localPort !== undefined && { endpoint }),
  });
  let stack: Promise<Stack> | undefined;
  const session: Session = {
    aws,
    stack: () => {
      stack ??= announced(session, findStack(aws, options.stack ?? stackOfSamConfig() ?? DEFAULT_STACK));
      return stack;
    },
    options,
    screen: standardOutput(options.output === 'table'),
    asData: await dataWriter(options.output ?? 'json'),
    ...(process.stdin.isTTY && process.stdout.isTTY && { terminal: processTerminal }),
    user: userInfo().username,
    pauseSeconds: endpoint ? LOCAL_PAUSE_SECONDS : AWS_PAUSE_SECONDS,
    sleep: (seconds) => {
      // What a watching command would still show has no reader.
      if (isPipeClosed) process.exit(EXIT.ok);
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

/** The stack that `sam deploy` in this folder is about. */
function stackOfSamConfig(): string | undefined {
  if (!existsSync(SAM_CONFIG)) return undefined;
  const config = parseToml(readFileSync(SAM_CONFIG, 'utf8')) as {
    default?: Record<'global' | 'deploy', { parameters?: { stack_name?: string } } | undefined>;
  };
  return config.default?.deploy?.parameters?.stack_name ?? config.default?.global?.parameters?.stack_name;
}
