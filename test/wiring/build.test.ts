import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { WORKER_ARCHIVE, workerArchive } from '../../esbuild.config';
import { version } from '../../package.json';
import { lambdaSources } from '../../scripts/lambda-sources';

describe('The build', () => {
  const out = mkdtempSync(join(tmpdir(), 'build-'));

  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('bundles every function of the template where its Handler expects it, and a command that runs', () => {
    // Prepare
    const functions = lambdaSources('template.yaml');

    // Act
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.cjs', 'scripts/build.ts', '--out', out], {
      encoding: 'utf8',
    });

    // Assess
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const command = spawnSync(join(out, 'command-line/backup-workflows.mjs'), ['--version'], { encoding: 'utf8' });
    expect(command).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    const missing = functions.filter(({ logicalId, bundle }) => !existsSync(join(out, logicalId, bundle)));
    expect(missing).toEqual([]);
  });

  it('puts the schema library only into functions that read an input', async () => {
    // Act
    const entryPoints = lambdaSources('template.yaml').map(({ logicalId, source }) => ({ in: source, out: logicalId }));
    const { metafile } = await build({
      ...{ entryPoints, outdir: out, bundle: true, platform: 'node', write: false, metafile: true },
      external: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*'],
    });

    // Assess
    const carriers = Object.entries(metafile.outputs).flatMap(([path, { inputs }]) =>
      Object.keys(inputs).some((file) => file.includes('node_modules/zod/')) ? [basename(path, '.js')] : [],
    );
    expect(carriers.sort()).toEqual([
      'CheckEfsBackupFunction',
      'CheckFleetFunction',
      'CheckItemRestoreFunction',
      'CheckOperationFunction',
      'CheckRecoveryFunction',
      'CheckRestoreTestFunction',
      'CheckSwapFunction',
      'EfsToEfsFunction',
    ]);
  });

  it('answers `--help` from a file that loads no commands, and no large package', async () => {
    // Act
    const { metafile } = await build({
      entryPoints: ['cli/main.ts'],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      outdir: out,
      write: false,
      metafile: true,
    });

    // Assess
    const loaded = (path: string): string[] => [
      ...Object.keys(metafile.outputs[path]?.inputs ?? {}),
      ...(metafile.outputs[path]?.imports ?? []).flatMap(({ kind, path: chunk }) =>
        kind === 'import-statement' ? loaded(chunk) : [],
      ),
    ];
    const [main = ''] = Object.keys(metafile.outputs).filter(
      (path) => metafile.outputs[path]?.entryPoint === 'cli/main.ts',
    );
    const files = loaded(main);
    expect(files).toContain('cli/commands/all.ts');
    expect(files.filter((file) => /node_modules\/(zod|luxon|@aws-sdk|@smithy|cli-table3)\//.test(file))).toEqual([]);
    expect(files.filter((file) => /cli\/commands\/(?!all)/.test(file))).toEqual([]);
  });

  it('puts the worker beside the function that ships it', () => {
    expect(readFileSync(join(out, 'EfsToEfsFunction', WORKER_ARCHIVE)).equals(workerArchive())).toBe(true);
  });

  it('is what `sam build` takes its functions from', () => {
    const recipe = readFileSync('Makefile', 'utf8');

    expect(recipe).toContain('npm run --silent build\n');
    expect(recipe).toContain('cp -R dist/$*/. "$(ARTIFACTS_DIR)"\n');
  });
});
