import { type BuildOptions, buildSync } from 'esbuild';

type ModuleFunction = (
  module: { exports: Record<string, unknown> },
  exports: object,
  require: (id: string) => unknown,
  process: object,
  console: object,
) => void;

const compiled = new WeakMap<BuildOptions, Map<string, ModuleFunction>>();

/**
 * Bundles a handler's source with `settings`, those of the real build, except that the SDK stays outside, where the
 * simulator can stand between it and the handler. Compiled once per process; each container evaluates it anew.
 */
export function compileHandler(entryPoint: string, settings: BuildOptions): ModuleFunction {
  const ofSettings = compiled.get(settings) ?? new Map<string, ModuleFunction>();
  compiled.set(settings, ofSettings);
  const known = ofSettings.get(entryPoint);
  if (known) return known;
  const result = buildSync({
    ...settings,
    entryPoints: [entryPoint],
    minify: false,
    sourcemap: 'inline',
    write: false,
    external: ['@aws-sdk/*', '@smithy/*'],
  });
  const code = result.outputFiles?.[0]?.text ?? '';
  const load = new Function(
    'module',
    'exports',
    'require',
    'process',
    'console',
    `${code}\n//# sourceURL=${entryPoint}`,
  );
  ofSettings.set(entryPoint, load as ModuleFunction);
  return load as ModuleFunction;
}
