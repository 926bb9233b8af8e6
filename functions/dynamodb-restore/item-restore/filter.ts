import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { requireEnv } from '../../shared/config';
import { FilterFailedError } from './errors';
import type { FilterDocument } from './filter-document';
import type { FilterAnswer, FilterWorkerData } from './filter-worker';

/** What the build puts beside the bundle of the function that filters. */
export const FILTER_WORKER = 'item-filter-worker.js';
const PATIENCE_MS = 1000;
const START_PATIENCE_MS = 20_000;
const MOST_MEMORY_MB = 128;

/** A filter that is asked about one item after the other. */
export interface Filter {
  /** @throws FilterFailedError for an item about which it says neither yes nor no within a second */
  isSelected(document: FilterDocument): boolean;
  close(): void;
}

/**
 * Starts a filter in a thread of its own, with little memory: an expression may never end. Asking blocks this thread, so
 * that nothing else happens before the answer, and a thread that does not answer is ended.
 */
export function openFilter(filter: string): Filter {
  const flag = new SharedArrayBuffer(4);
  const view = new Int32Array(flag);
  const { port1, port2 } = new MessageChannel();
  const workerData: FilterWorkerData = { filter, port: port2, flag };
  const worker = new Worker(join(requireEnv('LAMBDA_TASK_ROOT'), FILTER_WORKER), {
    workerData,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  // What goes wrong in the thread shows as an answer that does not come.
  worker.on('error', () => {});
  worker.unref();
  const close = () => {
    port1.close();
    void worker.terminate();
  };
  const answer = (patienceMs: number): FilterAnswer | undefined => {
    Atomics.wait(view, 0, 0, patienceMs);
    Atomics.store(view, 0, 0);
    return receiveMessageOnPort(port1)?.message;
  };
  if (!answer(START_PATIENCE_MS)) {
    close();
    throw new Error('The thread of the filter did not start.');
  }
  return {
    isSelected(document) {
      worker.postMessage(document);
      const given = answer(PATIENCE_MS);
      if (given && 'isSelected' in given) return given.isSelected;
      close();
      const problem = given?.problem ?? `it gave no answer within ${PATIENCE_MS / 1000} s and ${MOST_MEMORY_MB} MB`;
      throw new FilterFailedError(
        `Nothing was changed. The filter does not say whether the item ${JSON.stringify(document.keys)} is meant: ${problem}`,
      );
    },
    close,
  };
}
