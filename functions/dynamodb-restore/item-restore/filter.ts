import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { requireEnv } from '../../shared/config';
import { FilterFailedError } from './errors';
import type { FilterDocument } from './filter-document';
import type { FilterAnswer, FilterRequest } from './filter-process';

/** What the build puts beside the bundle of the function that filters. */
export const FILTER_PROCESS = 'item-filter.js';
/** What one process is asked about, at most: so many items, so many characters of JSON (an item's images have up to 1.2 MB). */
const MOST_ITEMS = 250;
const MOST_CHARACTERS = 4_000_000;
const PATIENCE_SECONDS = 5;
const MOST_MEMORY_MB = 128;

/**
 * Asks a filter about items. Each part of them is given to a process of its own, with little memory, little time and no
 * environment: an expression may never end or take all memory, and V8 then ends the process that it runs in, threads
 * included. Nothing else of this function runs meanwhile.
 *
 * Gives one answer a document, in order.
 * @throws FilterFailedError for the first item about which the filter says neither yes nor no
 */
export function selectByFilter(filter: string, documents: FilterDocument[]): boolean[] {
  return partsOf(documents).flatMap((part) => askProcess(filter, part));
}

function partsOf(documents: FilterDocument[]): FilterDocument[][] {
  const parts: FilterDocument[][] = [];
  let part: FilterDocument[] = [];
  let characters = 0;
  for (const document of documents) {
    const { length } = JSON.stringify(document);
    if (part.length === 0 || part.length === MOST_ITEMS || characters + length > MOST_CHARACTERS) {
      part = [];
      characters = 0;
      parts.push(part);
    }
    part.push(document);
    characters += length;
  }
  return parts;
}

function askProcess(filter: string, documents: FilterDocument[]): boolean[] {
  const request: FilterRequest = { filter, documents };
  const program = join(requireEnv('LAMBDA_TASK_ROOT'), FILTER_PROCESS);
  const { stdout, signal, error } = spawnSync(process.execPath, [`--max-old-space-size=${MOST_MEMORY_MB}`, program], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    timeout: PATIENCE_SECONDS * 1000,
    killSignal: 'SIGKILL',
    env: {},
  });
  // A line that has no end was cut off, and is no answer.
  const answers = (stdout ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line): FilterAnswer => JSON.parse(line));
  return documents.map((document, index) => {
    const answer = answers[index];
    if (typeof answer === 'boolean') return answer;
    const ending = (error as NodeJS.ErrnoException | undefined)?.code ?? signal;
    const problem = answer?.problem ?? noAnswer(ending);
    throw new FilterFailedError(
      `Nothing was changed. The filter does not say whether the item ${JSON.stringify(document.keys)} is meant: ${problem}`,
    );
  });
}

function noAnswer(ending: string | null): string {
  const within = `it gave no answer within ${PATIENCE_SECONDS} s and ${MOST_MEMORY_MB} MB`;
  return ending ? `${within} (${ending})` : within;
}
