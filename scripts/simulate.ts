import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give } from '../cli/command-line';
import { EXIT } from '../cli/failure';
import { standardOutput } from '../cli/render/screen';
import { workflows } from '../cli/workflows';
import { Simulation, type SimulationResult } from '../scenarios/simulation';
import { parseDoubts, parseFaults, parseWorld } from '../scenarios/world';
import { drawDoubts } from '../simulator/doubts';
import { AwsError } from '../simulator/errors';
import { printReport } from './render/simulation-report';
import { namesIn, watch } from './render/watch';
import { parseCommandLine, type SimulateRequest } from './simulate/command-line';

const ROOT = join(__dirname, '..');
const STANDARD_INPUT = 0;
const DEFAULT_SEED = 1;

/** What is wrong with a file; each line is one problem. */
class UsageError extends Error {}

// The SDK's advice is about Node.js versions of its own future; here it would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

main().catch((error) => {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? error.message : error);
  process.exitCode = isUsage ? EXIT.usage : EXIT.aws;
});

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2), Object.keys(workflows));
  if (!('request' in commandLine)) return give(commandLine);
  const result = await simulate(commandLine.request);
  process.exitCode = result.status === 'SUCCEEDED' ? EXIT.ok : EXIT.failed;
}

async function simulate(request: SimulateRequest): Promise<SimulationResult> {
  const { workflow, seed } = request;
  const { input, world, faults, doubts } = readFiles(request);
  const simulation = await refusedAsUsage(() => Simulation.open({ world, faults, doubts, seed }));
  const screen = standardOutput();
  try {
    if (!request.json) watch(simulation, world, screen);
    const execution = await refusedAsUsage(async () => simulation.begin(workflow, input));
    await simulation.finish(execution);
    if (request.html) {
      // Loaded only here: the clients that it reads the run with take as long as the rest.
      const { pageOf } = await import('./render/picture');
      writeFileSync(request.html, await pageOf(simulation, execution));
    }
    const result = simulation.result(workflow, execution);
    for (const fault of simulation.account.faults.idle)
      console.error(`This fault hit nothing: ${JSON.stringify(fault)}`);
    if (request.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else printReport(result, namesIn(world), screen);
    return result;
  } finally {
    simulation.close();
  }
}

/** Reads all files, so that the problems of all of them are named at once. */
function readFiles({ workflow, ...request }: SimulateRequest) {
  const problems: string[] = [];
  const read = <T>(what: string, file: string, parse: (json: unknown) => T): T | undefined => {
    try {
      return parse(JSON.parse(readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8')));
    } catch (error) {
      problems.push(`--${what} ${file}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const events = join(ROOT, 'events');
  const input = read('input', request.input ?? join(events, `${workflow}.json`), (json) => json);
  const world = read('world', request.world ?? join(events, 'worlds', `${workflow}.json`), parseWorld);
  const faults = request.faults === undefined ? [] : read('faults', request.faults, parseFaults);
  const doubts = readDoubts(request, (file) => read('doubts', file, parseDoubts));
  if (problems.length > 0 || !world || !faults || !doubts) throw new UsageError(problems.join('\n'));
  return { input, world, faults, doubts };
}

function readDoubts<T>({ doubts, seed }: Pick<SimulateRequest, 'doubts' | 'seed'>, read: (file: string) => T) {
  if (doubts === undefined) return {};
  return doubts === 'random' ? drawDoubts(seed ?? DEFAULT_SEED) : read(doubts);
}

/** What AWS refuses before the execution runs comes from the files: a parameter of the stack, the size of the input. */
async function refusedAsUsage<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof AwsError ? new UsageError(`${error.code}: ${error.message}`) : error;
  }
}
