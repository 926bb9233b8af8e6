import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FilterDocument } from './filter-document';
import { compileFilter } from './filter-expression';

/** What the thread is given: the filter, the way to answer, and the flag that wakes whoever waits for an answer. */
export interface FilterWorkerData {
  filter: string;
  port: MessagePort;
  flag: SharedArrayBuffer;
}

/** An answer: whether the item is selected, or why that cannot be said. */
export type FilterAnswer = { isSelected: boolean } | { problem: string };

const { filter, port, flag } = workerData as FilterWorkerData;
const expression = compileFilter(filter);

function answer(message: FilterAnswer | 'ready'): void {
  port.postMessage(message);
  Atomics.store(new Int32Array(flag), 0, 1);
  Atomics.notify(new Int32Array(flag), 0);
}

parentPort?.on('message', async (document: FilterDocument) => {
  try {
    const result: unknown = await expression.evaluate(document);
    if (typeof result === 'boolean') return answer({ isSelected: result });
    answer({ problem: `it returned ${result === undefined ? 'nothing' : JSON.stringify(result)?.slice(0, 100)}` });
  } catch (error) {
    answer({ problem: String((error as { message?: string }).message ?? error) });
  }
});
answer('ready');
