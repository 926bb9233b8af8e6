import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * How far a search of hours has come, in a file (JSON) from which a later call of the command continues: what is there, or
 * `first`. `save` writes it down as it is then.
 */
export function progressIn<Progress extends object>(
  file: string,
  first: Progress,
): { progress: Progress; save: () => void } {
  const progress: Progress = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : first;
  return { progress, save: () => writeFileSync(file, `${JSON.stringify(progress)}\n`) };
}
