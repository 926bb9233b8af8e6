import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { give } from '../cli/command-line';
import { LOCAL_PORT } from '../cli/local';
import { standardOutput } from '../cli/render/screen';
import { Simulation } from '../scenarios/simulation';
import { parseFaults, parseWorld } from '../scenarios/world';
import { serveAccount } from '../simulator/wire/server';
import { type LocalRequest, parseCommandLine } from './local/command-line';
import { watch } from './render/watch';

const PARENT_LOOK_MS = 1000;
const DEFAULT_WORLD = join(__dirname, '../events/worlds/local.json');

// The SDK's advice is about Node.js versions of its own future; here it would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

endWithParent();
main().catch((error: Error & { code?: string }) => {
  if (error.code === 'EADDRINUSE') console.error(`${error.message}. Stop what runs there, or choose another --port.`);
  else console.error(`The simulated account broke off: ${error.stack}`);
  process.exit(3);
});

/** `npm run local`: serves the simulated account on a local port, for the command line, SDK clients and the AWS CLI. */
async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2), LOCAL_PORT);
  if (!('request' in commandLine)) return give(commandLine);
  await serve(commandLine.request);
}

/** A terminal that is closed, or a test that breaks off, leaves no account behind: an orphan gets another parent. */
function endWithParent(): void {
  const parent = process.ppid;
  // Begun before the account opens, so that it goes by the time of this machine.
  setInterval(() => process.ppid !== parent && process.exit(0), PARENT_LOOK_MS).unref();
}

async function serve({ port, minutesPerSecond, seed, quiet, ...files }: LocalRequest): Promise<void> {
  const world = parseWorld(JSON.parse(readFileSync(files.world ?? DEFAULT_WORLD, 'utf8')));
  const faults = files.faults === undefined ? [] : parseFaults(JSON.parse(readFileSync(files.faults, 'utf8')));
  const simulation = await Simulation.open({ world, faults, seed, wire: true });
  const { account } = simulation;
  const screen = standardOutput();
  const server = serveAccount(account);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  screen.print(`The simulated account ${account.id} is served on ${url}, region ${account.homeRegion}.`);
  screen.print(`It is ${account.clock.date.toISOString()} there, and ${minutesPerSecond} min pass every second.`);
  screen.print('');
  screen.print(`  npm run cli -- list ${port === LOCAL_PORT ? '--local' : `--port ${address.port}`}`);
  screen.print(
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${account.homeRegion} AWS_DEFAULT_REGION=${account.homeRegion}`,
  );
  screen.print('  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local');
  screen.print('  aws stepfunctions list-state-machines');
  screen.print('');
  screen.print('Stop it with Ctrl-C; nothing is kept.');
  if (!quiet) watch(simulation, world, screen);
  let isOver = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      isOver = true;
    });
  await account.clock.runAtPace(minutesPerSecond * 60, () => isOver);
  server.closeAllConnections();
  server.close();
  simulation.close();
}
