import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

declare module '../places' {
  interface Account {
    readonly packaging: Packaging;
  }
}

/** How the source of a function becomes its package. The build of a project says it; its own settings stay its own. */
export interface Packaging {
  /** The settings for esbuild. */
  bundle: BuildOptions;
  /** Packages without a state of their own: all containers use one copy, instead of each loading its own anew. */
  shared?: string[];
  /** What the build puts beside the bundle: file names and what is in them. Asked once per process. */
  files?(): Record<string, Uint8Array>;
  /** Changes the code of a bundle before it is loaded, for a search that must find what was changed. */
  rewrite?(code: string): string;
}

/** For handlers that need no settings of their own. */
export const plainPackaging: Packaging = {
  bundle: { bundle: true, platform: 'node', target: 'node22', format: 'cjs', keepNames: true },
};

const roots = new Map<Packaging, string>();

/** The folder that a function finds its package in (`LAMBDA_TASK_ROOT`), with what the build puts beside the bundle. */
export function taskRoot(packaging: Packaging): string {
  const known = roots.get(packaging);
  if (known) return known;
  const folder = join(tmpdir(), `simulated-task-root-${process.pid}-${roots.size}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(packaging.files?.() ?? {})) writeFileSync(join(folder, name), content);
  roots.set(packaging, folder);
  return folder;
}
