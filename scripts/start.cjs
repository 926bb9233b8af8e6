const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve, sep } = require('node:path');

/**
 * Runs a command of this project that is written in TypeScript: `node scripts/start.cjs scripts/simulate.ts ARGS…`.
 * tsx translates every source anew, in a process of its own, which takes longer than most commands. Here the command is
 * bundled once and kept under `node_modules/.cache`, with the digest of everything that the bundle was made from; it is
 * used only while all of that is as it was. Packages stay outside the bundle, and are loaded when they are needed.
 */
const ROOT = join(__dirname, '..');
const FOLDER = join(ROOT, 'node_modules', '.cache', 'commands');
/** Files that change what esbuild makes of others, in the folder of a source or in one above it. */
const READ_BESIDE = ['package.json', 'tsconfig.json'];

const [entryPoint = '', ...args] = process.argv.slice(2);
const source = resolve(entryPoint);
const file = join(FOLDER, `${digest(source)}.cjs`);

bundleOf(source).then(run, (error) => {
  console.error(error.message);
  process.exitCode = 3;
});

function run(code) {
  process.argv = [process.argv[0], source, ...args];
  process.setSourceMapsEnabled(true);
  const command = new Module(file);
  command.filename = file;
  command.paths = Module._nodeModulePaths(dirname(source));
  command._compile(code, file);
}

/** The bundle that was kept, if it still holds; otherwise a new one. */
async function bundleOf(entry) {
  const kept = keptFor(entry);
  if (kept !== undefined) return kept;
  const { build, version } = require('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'cjs',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
    plugins: [
      { name: 'packages-outside', setup: leavePackagesOutside },
      { name: 'own-paths', setup: keepOwnPaths },
    ],
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).map((path) => join(ROOT, path.replace(/^[\w-]+:/, '')));
  const folders = [...new Set(inputs.map(dirname))];
  const beside = folders.flatMap(withParents).flatMap((folder) => READ_BESIDE.map((name) => join(folder, name)));
  // A new file beside a source can take its place in an import; so the lists of names count as well.
  const paths = [...new Set([...inputs, ...beside, __filename, ...folders.map((folder) => folder + sep)])];
  const made = Object.fromEntries(paths.map((path) => [path, digestOf(path)]));
  const [map, code] = ['.map', '.cjs'].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
  keep(`${file}.map`, map);
  keep(file, code);
  keep(`${file}.json`, JSON.stringify({ version, code: digest(code), made }));
  return code;
}

function keptFor(entry) {
  try {
    const { version, code, made } = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
    if (version !== require('esbuild/package.json').version || !(entry in made)) return undefined;
    if (Object.entries(made).some(([path, before]) => digestOf(path) !== before)) return undefined;
    const text = readFileSync(file, 'utf8');
    return digest(text) === code ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Packages that are installed are not bundled; those of this repository are. */
function leavePackagesOutside(build) {
  build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
    if (kind === 'entry-point' || pluginData === leavePackagesOutside) return undefined;
    const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: leavePackagesOutside });
    const isOwn = found.path.startsWith(ROOT + sep) && !found.path.includes(`${sep}node_modules${sep}`);
    return isOwn ? found : { path, external: true };
  });
}

/** A source that asks where it is means its own folder, not the bundle's. */
function keepOwnPaths(build) {
  build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const contents = readFileSync(path, 'utf8');
    if (!/__(dirname|filename)/.test(contents)) return undefined;
    const own = `const __filename = ${JSON.stringify(path)}, __dirname = ${JSON.stringify(dirname(path))};`;
    // In the first line, so that the numbers of the lines stay.
    return { contents: own + contents, loader: 'ts' };
  });
}

/** Of a file's content; of the names in a folder, if the path ends in a slash; empty for what is not there. */
function digestOf(path) {
  try {
    return path.endsWith(sep) ? digest(readdirSync(path).sort().join('\0')) : digest(readFileSync(path));
  } catch {
    return '';
  }
}

function digest(content) {
  return createHash('sha1').update(content).digest('hex');
}

function withParents(folder) {
  return dirname(folder) === folder ? [folder] : [folder, ...withParents(dirname(folder))];
}

/** Processes may write at the same time; a folder that cannot be written to keeps nothing. */
function keep(path, text) {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch {
    rmSync(unfinished, { force: true });
  }
}
