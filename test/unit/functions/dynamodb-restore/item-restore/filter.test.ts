import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILTER_WORKER, filterWorker } from '../../../../../esbuild.config';
import * as filters from '../../../../../functions/dynamodb-restore/item-restore/filter';

beforeAll(() => {
  process.env.LAMBDA_TASK_ROOT = mkdtempSync(join(tmpdir(), 'filter-'));
  writeFileSync(join(process.env.LAMBDA_TASK_ROOT, filters.FILTER_WORKER), filterWorker());
});

const document = (price: number) => ({
  keys: { Id: '1' },
  new: { Price: price },
  writtenAt: '2026-11-20T02:14:00.000Z',
});

describe('A filter in its thread', () => {
  it('is built under the name by which it is started', () => {
    expect(filters.FILTER_WORKER).toBe(FILTER_WORKER);
  });

  it('answers about one item after the other', () => {
    const filter = filters.openFilter('new.Price < 0');
    const answers = [-1, 1, -2].map((price) => filter.isSelected(document(price)));
    filter.close();
    expect(answers).toEqual([true, false, true]);
  });

  it.each([
    ['throws', '$error("no")', /"Id":"1".*no/],
    ['returns no boolean', 'new.Price', /it returned 1/],
    ['returns nothing', 'old.Price', /it returned nothing/],
    ['never ends', '($f := function($x) { $f($x) }; $f(1))', /no answer within 1 s/],
  ])('names the item when it %s', (_what, expression, problem) => {
    const filter = filters.openFilter(expression);
    expect(() => filter.isSelected(document(1))).toThrow(problem);
  });
});
