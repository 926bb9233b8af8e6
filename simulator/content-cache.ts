import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where it is kept: beside the installed packages, so that it goes when these are installed anew. */
export const FOLDER = join(nearestModules(__dirname), '.cache', 'simulated-account');

/** A digest of texts that decides whether what was kept still holds. */
export function digest(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/**
 * What was kept in `slot`, if it is whole; `undefined` otherwise. Whether it still holds is for the caller to decide,
 * by the content of everything that it was made from. A slot that cannot be read is an empty one.
 */
export function kept(slot: string): string | undefined {
  try {
    const text = readFileSync(fileOf(slot), 'utf8');
    const end = text.indexOf('\n');
    const value = text.slice(end + 1);
    return text.slice(0, end) === digest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps `value` in `slot`, in place of what was there. Processes may do so at the same time: a reader finds one of the
 * values, whole. A folder that cannot be written to keeps nothing, and the work is done again next time.
 */
export function keep(slot: string, value: string): void {
  const file = fileOf(slot);
  const unfinished = `${file}.${randomUUID()}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(unfinished, `${digest(value)}\n${value}`);
    renameSync(unfinished, file);
  } catch {
    rmSync(unfinished, { force: true });
  }
}

const digests = new Map<string, string>();

/** The digest of a file as this process first saw it; `undefined` when it cannot be read. */
export function fileDigest(path: string): string | undefined {
  const known = digests.get(path);
  if (known) return known;
  try {
    const made = digest(readFileSync(path));
    digests.set(path, made);
    return made;
  } catch {
    return undefined;
  }
}

function fileOf(slot: string): string {
  return join(FOLDER, digest(slot));
}

function nearestModules(folder: string): string {
  const modules = join(folder, 'node_modules');
  return existsSync(modules) || dirname(folder) === folder ? modules : nearestModules(dirname(folder));
}
