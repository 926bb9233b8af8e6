import { bundleSettings, FILTER_PROCESS, filterProcess, WORKER_ARCHIVE, workerArchive } from '../esbuild.config';
import type { Packaging } from '../simulator/lambda/packaging';

/** How the functions of this project are packed: as the build does. */
const asBuilt: Packaging = {
  bundle: bundleSettings,
  shared: ['zod'],
  files: () => ({ [WORKER_ARCHIVE]: workerArchive(), [FILTER_PROCESS]: filterProcess() }),
};

let inUse = asBuilt;

/** How the functions of an account that opens now are packed. */
export function packaging(): Packaging {
  return inUse;
}

/** Lets accounts that open from now on load changed code, until the function that this returns is called. */
export function loadChanged(rewrite: (code: string) => string): () => void {
  inUse = { ...asBuilt, rewrite };
  return () => {
    inUse = asBuilt;
  };
}
