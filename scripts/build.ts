import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { deployedBundleSettings, WORKER_ARCHIVE, workerArchive } from '../esbuild.config';
import { lambdaSources } from './lambda-sources';

/** The function that ships the worker: its package carries the archive at its root. */
const SHIPS_WORKER = 'EfsToEfsFunction';
const USAGE = 'usage: npm run build -- [--function LOGICAL_ID] [--out FOLDER]';

/** `npm run build`: bundles every function of template.yaml, or one of them, where its Handler expects the file. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { function: { type: 'string' }, out: { type: 'string', default: 'dist' } } });
  const sources = lambdaSources('template.yaml').filter(
    ({ logicalId }) => !values.function || logicalId === values.function,
  );
  if (sources.length === 0) throw new Error(`template.yaml has no function ${values.function}.\n${USAGE}`);
  if (!values.function) rmSync(values.out, { recursive: true, force: true });
  for (const { logicalId, source, bundle } of sources) {
    const folder = join(values.out, values.function ? '' : logicalId);
    const outfile = join(folder, bundle);
    await build({ ...deployedBundleSettings, entryPoints: [source], outfile, logLevel: 'warning' });
    if (logicalId === SHIPS_WORKER) writeFileSync(join(folder, WORKER_ARCHIVE), workerArchive());
    console.log(`${logicalId.padEnd(32)} ${Math.round(statSync(outfile).size / 1024)} KiB`);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
