import { createHash } from 'node:crypto';
import { Random } from '../random';

const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/**
 * The functions that Step Functions adds to JSONata, as bindings; `eval` is taken away.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
 */
export function addedFunctions(random: Random): Record<string, unknown> {
  return {
    partition: (array: unknown[] | undefined, size: number) => {
      if (array === undefined) return undefined;
      if (!Number.isInteger(size) || size < 1) throw new Error('$partition: the chunk size must be a positive integer');
      const chunks: unknown[][] = [];
      for (let start = 0; start < array.length; start += size) chunks.push(array.slice(start, start + size));
      return chunks;
    },
    range: (first: number, last: number, step: number) => {
      if (!step) throw new Error('$range: the increment must not be zero');
      const length = Math.max(0, Math.floor((last - first) / step) + 1);
      // Recorded on AWS: one value is no array, as with JSONata's own sequences.
      return length === 1 ? first : Array.from({ length }, (_, index) => first + index * step);
    },
    hash: (text: string | undefined, algorithm: string) => {
      if (text === undefined) return undefined;
      const name = HASHES[algorithm];
      if (!name) throw new Error(`$hash: unknown algorithm ${algorithm}`);
      return createHash(name).update(text).digest('hex');
    },
    random: (seed?: number) => (seed === undefined ? random : new Random(seed)).next(),
    uuid: () => random.uuid(),
    parse: (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text)),
    // As AWS answers.
    eval: () => {
      throw Object.assign(new Error('Attempted to invoke a non-function'), { code: 'T1006' });
    },
  };
}
