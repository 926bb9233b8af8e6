import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
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

  /** In a process of its own: what it does to its memory must not end this one. */
  function inOwnProcess(expression: string) {
    const folder = process.env.LAMBDA_TASK_ROOT ?? '';
    buildSync({
      stdin: {
        contents: `import { openFilter } from './functions/dynamodb-restore/item-restore/filter';
          const filter = openFilter(process.argv[2]);
          try { filter.isSelected(${JSON.stringify(document(1))}); } catch (error) { console.log(error.message); }
          setTimeout(() => console.log('MB ' + Math.round(process.resourceUsage().maxRSS / 1024)), 1000);`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: 'node',
      outfile: join(folder, 'main.cjs'),
    });
    const env = { ...process.env };
    return spawnSync(process.execPath, [join(folder, 'main.cjs'), expression], { encoding: 'utf8', env });
  }

  it.each([
    ['texts', '$map([1..1000000], function($i) { $string($i) & $pad("x", 1000) })'],
    ['lists', '($f := function($a) { $f($append($a, $a)) }; $f([1..1000]))'],
    ['lists in lists', '($f := function($a) { $f([$a, $map([1..1000000], function($i) { $i })]) }; $f([]))'],
  ])('that takes all memory with %s is ended, and its process goes on with little memory', (_what, expression) => {
    const { status, stdout } = inOwnProcess(expression);
    expect(stdout).toMatch(/"Id":"1".*(no answer within 1 s and 128 MB)/);
    expect(status).toBe(0);
    expect(Number(/MB (\d+)/.exec(stdout)?.[1])).toBeLessThan(450);
  });
});
