import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { deployedBundleSettings, WORKER_ARCHIVE, workerArchive } from '../esbuild.config';
import { buildCommandLine } from './command-line-bundle';
import { lambdaSources } from './lambda-sources';

/** The function that ships the worker: its package carries the archive at its root. */
const SHIPS_WORKER = 'EfsToEfsFunction';

/**
 * `npm run build [-- --out FOLDER]`: bundles every function of template.yaml where its Handler expects the file, and the
 * command line.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
  rmSync(values.out, { recursive: true, force: true });
  // All at once: esbuild shares the machine's cores among them.
  const bundles = lambdaSources('template.yaml').map(async ({ logicalId, source, bundle }) => {
    const folder = join(values.out, logicalId);
    const outfile = join(folder, bundle);
    await build({ ...deployedBundleSettings, entryPoints: [source], outfile, logLevel: 'warning' });
    if (logicalId === SHIPS_WORKER) writeFileSync(join(folder, WORKER_ARCHIVE), workerArchive());
    return `${logicalId.padEnd(32)} ${Math.round(statSync(outfile).size / 1024)} KiB`;
  });
  const lines = await Promise.all([...bundles, buildCommandLine(join(values.out, 'command-line'))]);
  console.log(lines.join('\n'));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
