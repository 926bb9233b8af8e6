import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSync, version } from 'esbuild';
import { digest, fileDigest, keep, kept } from '../content-cache';
import type { Packaging } from './packaging';

type ModuleFunction = (
  module: { exports: Record<string, unknown> },
  exports: object,
  require: (id: string) => unknown,
  process: object,
  console: object,
  date: DateConstructor,
) => void;

/** A bundle as it is kept, with everything that it follows from. */
interface KeptBundle {
  settings: string;
  /** The digest of every file in it, by its path, of those that say how to read them, and of the folders' lists. */
  made: Record<string, string>;
  code: string;
}

/** Files that change what esbuild makes of others, in the folder of a source or in one above it. */
const READ_BESIDE = ['package.json', 'tsconfig.json'];
const compiled = new WeakMap<Packaging, Map<string, ModuleFunction>>();

/**
 * Bundles a handler's source with the settings of the real build, except that the SDK stays outside, where the
 * simulator can stand between it and the handler, and so do packages that containers share. Compiled once per process; each container evaluates it anew.
 */
export function compileHandler(entryPoint: string, packaging: Packaging): ModuleFunction {
  const ofPackaging = compiled.get(packaging) ?? new Map<string, ModuleFunction>();
  compiled.set(packaging, ofPackaging);
  const known = ofPackaging.get(entryPoint);
  if (known) return known;
  const code = bundle(entryPoint, packaging);
  const load = new Function(
    'module',
    'exports',
    'require',
    'process',
    'console',
    'Date',
    `${packaging.rewrite?.(code) ?? code}\n//# sourceURL=${entryPoint}`,
  );
  ofPackaging.set(entryPoint, load as ModuleFunction);
  return load as ModuleFunction;
}

/** The handler's bundle: the one that was kept while every file of it is as it was, otherwise a new one. */
function bundle(entryPoint: string, { bundle: settings, shared = [] }: Packaging): string {
  const options = {
    ...settings,
    entryPoints: [entryPoint],
    minify: false,
    write: false as const,
    metafile: true as const,
    external: ['@aws-sdk/*', '@smithy/*', ...shared],
  };
  const slot = `bundle ${entryPoint}`;
  // Plugins have functions, of which nothing is known from outside.
  const isKept = !settings.plugins?.length;
  const of = digest(version, JSON.stringify(options));
  const before = isKept ? kept(slot) : undefined;
  const found: KeptBundle | undefined = before === undefined ? undefined : JSON.parse(before);
  if (found?.settings === of && Object.entries(found.made).every(([path, made]) => digestNow(path) === made))
    return found.code;
  const { outputFiles, metafile } = buildSync(options);
  const code = outputFiles[0]?.text ?? '';
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(path));
  const own = [...new Set(inputs.filter((path) => !path.includes('node_modules')).map((path) => dirname(path)))];
  const beside = new Set(own.flatMap(withParents).flatMap((folder) => READ_BESIDE.map((name) => join(folder, name))));
  // A new file beside a source can take its place in an import; so the lists of names count as well.
  const paths = [...inputs, ...beside, ...own.map((folder) => `${folder}/`)];
  const made = Object.fromEntries(paths.map((path) => [path, digestNow(path)]));
  if (isKept) keep(slot, JSON.stringify({ settings: of, made, code } satisfies KeptBundle));
  return code;
}

/** `/a/b/` stands for the names in the folder, `/a/b` for a file's content. */
function digestNow(path: string): string {
  if (!path.endsWith('/')) return fileDigest(path) ?? '';
  const known = lists.get(path);
  if (known) return known;
  const list = digest(...readdirSync(path).sort());
  lists.set(path, list);
  return list;
}

const lists = new Map<string, string>();

function withParents(folder: string): string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...withParents(dirname(folder))];
}
