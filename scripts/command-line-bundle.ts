import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleSettings, smallSchemas } from '../esbuild.config';

/** The packages of the command line that are CommonJS call `require`, which modules do not have. */
const REQUIRE = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/** What the file to run is called. */
export const COMMAND_FILE = 'backup-workflows.mjs';

/**
 * Bundles the command `backup-workflows` into a folder; returns the file to run, and what it is made of. In parts, so that
 * `--help` does not have to read the SDK.
 */
export async function bundleCommandLine(outdir: string): Promise<{ command: string; metafile: Metafile }> {
  const { metafile } = await build({
    ...bundleSettings,
    plugins: [smallSchemas],
    entryPoints: { 'backup-workflows': 'cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    target: 'node20',
    format: 'esm',
    splitting: true,
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'warning',
  });
  const command = join(outdir, COMMAND_FILE);
  // npm does that for a package that it installs, not for a checkout.
  chmodSync(command, 0o755);
  return { command, metafile };
}

/** The file to run only. */
export async function buildCommandLine(outdir: string): Promise<string> {
  return (await bundleCommandLine(outdir)).command;
}
