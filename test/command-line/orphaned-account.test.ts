import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

const LOOK_MS = 200;
/** The account looks for its parent every second. */
const MOST_LOOKS = 100;

// A whole process beside the test.
jest.setTimeout(60_000);

it('ends with its parent, so that a closed terminal leaves no account behind', async () => {
  const command = 'node scripts/start.cjs scripts/local.ts --port 0 & echo "pid $!"; read line';
  const shell = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'ignore'] });
  const output = await read(shell.stdout, /is served on/);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  expect(isAlive(pid)).toBe(true);

  shell.kill('SIGKILL');
  for (let look = 0; look < MOST_LOOKS && isAlive(pid); look += 1) await setTimeout(LOOK_MS);

  expect(isAlive(pid)).toBe(false);
});

async function read(stream: Readable, until: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (until.test(text)) break;
  }
  return text;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
