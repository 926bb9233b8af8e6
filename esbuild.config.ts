import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';

/**
 * How every Lambda is bundled: by `npm run build`, by `sam build` through the Makefile, and by the simulated account,
 * which keeps the SDK outside.
 * `module` before `main`: measured 30 % smaller and 40 % faster to load than esbuild's default for Node.
 */
export const bundleSettings = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
} satisfies BuildOptions;

/** In a client: an error that has nothing but a message, with the line that keeps its class. */
const PLAIN_ERROR =
  /^(export var (\w+)\$ = \[-3, n0, \w+,\n {4}\{[^\n]*\[_e\]: _[^\n]*\},\n {4}\[(?:_M|_m)?\],\n {4}\[0?\](?:, 1)?\n\];)\nn0_registry\.registerError\(\2\$, \2\);$/gm;

/**
 * Lets esbuild drop the SDK's schemas that a function does not use. They are written with computed keys,
 * `{ [_eQN]: "Value" }`, and evaluating such a key might do something, so esbuild keeps them all. Every key is a text
 * constant of the same file; written out, EC2's client is half as large and loads in half the time.
 *
 * Errors with nothing but a message come as the service's base class, with the same name and message: SSM has 140 classes
 * of them. Not where an error may get its name, or that it may be tried again, from its class.
 */
export const smallSchemas: Plugin = {
  name: 'small-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const texts = new Map([...code.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]));
      const [isNamedByAnswer, retried] = await errorsOf(dirname(path));
      const contents = code
        .replace(PLAIN_ERROR, (kept, schema, name) => (isNamedByAnswer && !retried.includes(name) ? schema : kept))
        .replace(/\[(_\w+)\]:/g, (key, name: string) => (texts.has(name) ? `${texts.get(name)}:` : key));
      return { contents, loader: 'js' };
    });
  },
};

/** Whether a client's answers alone give errors their names, and the errors that their classes mark for a retry. */
async function errorsOf(schemas: string): Promise<[boolean, string[]]> {
  const settings = await readFile(join(schemas, '../runtimeConfig.shared.js'), 'utf8');
  const classes = await readFile(join(schemas, '../models/errors.js'), 'utf8').catch(() => '');
  return [
    /Aws(Json1_\d|RestJson)Protocol/.test(settings) && !/awsQueryCompatible/.test(settings),
    [...classes.matchAll(/name = "(\w+)";\n.*\n {4}\$retryable/g)].map(([, name = '']) => name),
  ];
}

/**
 * Takes the credentials from the environment, where Lambda puts them. The SDK's default chain also knows files, SSO, web
 * identities and metadata services: a quarter of a small bundle, and of its load.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: dirname(path),
    }));
  },
};

/** The settings for functions that are deployed, with the SDK in them. */
export const deployedBundleSettings = {
  ...bundleSettings,
  plugins: [smallSchemas, environmentCredentials],
} satisfies BuildOptions;

/** What the archive of the worker is called beside the bundle of the function that ships it. */
export const WORKER_ARCHIVE = 'efs-to-efs-worker.pyz';

/** The Python of the instance's image. Compiled for it, the worker starts in half the time (docs/measurements.md). */
const INSTANCE_PYTHON = 'python3.9';

/** Prints the compiled modules of a folder: by name, the bytes of its .pyc in base64, which no source is compared with. */
const COMPILE = `
import base64, glob, importlib.util, json, marshal, os, sys
found = {}
for path in sorted(glob.glob(sys.argv[1] + '/*.py')):
    with open(path, 'rb') as file: source = file.read()
    code = compile(source, os.path.basename(path), 'exec', dont_inherit=True, optimize=0)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, 'little') + importlib.util.source_hash(source)
    found[os.path.basename(path) + 'c'] = base64.b64encode(head + marshal.dumps(code)).decode()
print(json.dumps(found))`;

/**
 * The program that copies files for efs-to-efs: worker as one file that Python runs (a zipapp). The same sources give the
 * same bytes on every machine that has `python`, so that its SHA-256 names a version. The compiled modules are of that
 * Python, and are left out where it is not installed; any other takes the sources.
 */
export function workerArchive(python = INSTANCE_PYTHON): Buffer {
  const folder = join(__dirname, 'worker');
  const names = readdirSync(folder).filter((name) => /\.(py|json)$/.test(name));
  const sources = names.sort().map((name): [string, Buffer] => [name, readFileSync(join(folder, name))]);
  const files = Object.fromEntries([...sources, ...compiled(folder, python)]);
  // Zip files hold local times without a zone: this is 1980-01-01 00:00 everywhere.
  return Buffer.from(zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }));
}

function compiled(folder: string, python: string): [string, Buffer][] {
  const { status, stdout } = spawnSync(python, ['-c', COMPILE, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) return [];
  const modules: Record<string, string> = JSON.parse(stdout);
  return Object.entries(modules).map(([name, code]) => [name, Buffer.from(code, 'base64')]);
}

/** What the process that evaluates filters of dynamodb-item-restore is called beside the bundle of the function. */
export const FILTER_PROCESS = 'item-filter.js';

/** The program of that process, with everything that it needs. */
export function filterProcess(): Uint8Array {
  const entryPoint = join(__dirname, 'functions', 'dynamodb-restore', 'item-restore', 'filter-process.ts');
  const { outputFiles } = buildSync({ ...bundleSettings, entryPoints: [entryPoint], write: false });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
