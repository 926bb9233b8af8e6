import { bundleSettings, FILTER_PROCESS, filterProcess, WORKER_ARCHIVE, workerArchive } from '../esbuild.config';
import type { Packaging } from '../simulator/lambda/packaging';

/** How the functions of this project are packed: as the build does. */
export const packaging: Packaging = {
  bundle: bundleSettings,
  shared: ['zod'],
  files: () => ({ [WORKER_ARCHIVE]: workerArchive(), [FILTER_PROCESS]: filterProcess() }),
};
