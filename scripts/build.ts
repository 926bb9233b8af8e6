import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { build } from 'esbuild';
import { give, readCommandLine } from '../cli/command-line';
import {
  deployedBundleSettings,
  FILTER_PROCESS,
  filterProcess,
  WORKER_ARCHIVE,
  workerArchive,
} from '../esbuild.config';
import { writeCommandLinePackage } from './command-line-package';
import { lambdaSources } from './lambda-sources';

/** The function that ships the worker: its package carries the archive at its root. */
const SHIPS_WORKER = 'EfsToEfsFunction';
/** The function that filters items in a process of its own. */
const FILTERS = 'PlanItemsFunction';

/** `npm run build`: bundles every function of template.yaml where its Handler expects the file, and the command line. */
async function main(): Promise<void> {
  const program = new Command('npm run build --')
    .description('Bundles every function of template.yaml, and the package of the command line.')
    .option('--out <FOLDER>', 'where to', 'dist');
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { out } = program.opts();
  rmSync(out, { recursive: true, force: true });
  const functions = lambdaSources('template.yaml');
  // In one go: esbuild reads each file of the SDK once for all functions, and shares the machine's cores among them.
  const entryPoints = functions.map(({ logicalId, source, bundle }) => ({
    in: source,
    out: join(logicalId, bundle.replace(/\.js$/, '')),
  }));
  await build({ ...deployedBundleSettings, entryPoints, outdir: out, logLevel: 'warning' });
  const archive = workerArchive();
  writeFileSync(join(out, SHIPS_WORKER, WORKER_ARCHIVE), archive);
  writeFileSync(join(out, FILTERS, FILTER_PROCESS), filterProcess());
  for (const { logicalId, bundle } of functions) {
    const { size } = statSync(join(out, logicalId, bundle));
    console.log(`${logicalId.padEnd(32)} ${Math.round(size / 1024)} KiB`);
  }
  if (!archive.includes('__main__.pyc'))
    console.log('The worker is not compiled, and starts more slowly: python3.9 is not installed here.');
  console.log(await writeCommandLinePackage(join(out, 'command-line')));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
