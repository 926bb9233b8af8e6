import { readFileSync, writeSync } from 'node:fs';
import type { FilterDocument } from './filter-document';
import { compileFilter } from './filter-expression';

/** What the process reads from its standard input. */
export interface FilterRequest {
  filter: string;
  documents: FilterDocument[];
}

/** A line of its standard output, one a document, in order: whether the item is selected, or why that cannot be said. */
export type FilterAnswer = boolean | { problem: string };

const STDIN = 0;
const STDOUT = 1;

async function main(): Promise<void> {
  const { filter, documents }: FilterRequest = JSON.parse(readFileSync(STDIN, 'utf8'));
  const expression = compileFilter(filter);
  for (const document of documents) {
    const answer = await evaluate(expression, document);
    // At once, and not by a stream: an expression that takes all memory or never ends leaves nothing behind in a buffer.
    writeSync(STDOUT, `${JSON.stringify(answer)}\n`);
    if (typeof answer !== 'boolean') return;
  }
}

async function evaluate(expression: ReturnType<typeof compileFilter>, document: FilterDocument): Promise<FilterAnswer> {
  try {
    const result: unknown = await expression.evaluate(document);
    if (typeof result === 'boolean') return result;
    return { problem: `it returned ${result === undefined ? 'nothing' : JSON.stringify(result)?.slice(0, 100)}` };
  } catch (error) {
    return { problem: String((error as { message?: string }).message ?? error) };
  }
}

void main();
