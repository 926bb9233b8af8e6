import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_ARCHIVE, workerArchive } from '../../esbuild.config';

let folder: string | undefined;

/** The folder that a function finds its package in (`LAMBDA_TASK_ROOT`), with what the build puts beside the bundle. */
export function taskRoot(): string {
  if (folder) return folder;
  folder = join(tmpdir(), `backup-workflows-task-root-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, WORKER_ARCHIVE), workerArchive());
  return folder;
}
