import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as build from '../../../../../esbuild.config';
import { FILTER_PROCESS, selectByFilter } from '../../../../../functions/dynamodb-restore/item-restore/filter';

beforeAll(() => {
  process.env.LAMBDA_TASK_ROOT = mkdtempSync(join(tmpdir(), 'filter-'));
  writeFileSync(join(process.env.LAMBDA_TASK_ROOT, FILTER_PROCESS), build.filterProcess());
});

const document = (price: number, id = '1') => ({
  keys: { Id: id },
  new: { Price: price },
  writtenAt: '2026-11-20T02:14:00.000Z',
});

describe('A filter in its process', () => {
  it('is built under the name by which it is started', () => {
    expect(FILTER_PROCESS).toBe(build.FILTER_PROCESS);
  });

  it('answers about each item, in order, whatever the number of processes', () => {
    const prices = Array.from({ length: 1100 }, (_, index) => (index % 3) - 1);
    const answers = selectByFilter(
      'new.Price < 0',
      prices.map((price) => document(price)),
    );
    expect(answers).toEqual(prices.map((price) => price < 0));
  });

  it('answers about items whose images are as large as DynamoDB allows', () => {
    const large = Array.from({ length: 12 }, () => ({ ...document(-1), old: { Text: 'x'.repeat(400_000) } }));
    const answers = selectByFilter('$length(old.Text) = 400000', large);
    expect(answers).toEqual(large.map(() => true));
  });

  it.each([
    ['throws', '$error("no")', /no$/],
    ['returns no boolean', 'new.Price', /it returned 1$/],
    ['returns nothing', 'old.Price', /it returned nothing$/],
    ['never ends', '($f := function($x) { $f($x) }; $f(1))', /no answer within 5 s/],
    ['takes all memory with texts', '$map([1..1000000], function($i) { $string($i) & $pad("x", 1000) })', /128 MB/],
    ['takes all memory with lists', '($f := function($a) { $f($append($a, $a)) }; $f([1..1000]))', /128 MB/],
  ])('names the item when it %s, and the function lives', (_what, expression, problem) => {
    const filter = `keys.Id = "2" ? ${expression} : true`;
    let message = '';
    try {
      selectByFilter(filter, [document(1), document(1, '2')]);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(problem);
    expect(message).toContain('"Id":"2"');
  });
});
