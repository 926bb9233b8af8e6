import { parse } from 'yaml';
import { dataWriter } from '../../../../cli/render/data';

const ROWS = [
  { id: 'i-1', name: 'web\t1\nnew', tags: { a: 1 }, isUp: true },
  { id: 'i-2', size: 0, missing: undefined, nothing: null },
];

describe('Data', () => {
  it('is one line an object, the names first, with nothing in a cell that would end it', async () => {
    const text = (await dataWriter('tsv'))(ROWS);
    expect(text.split('\n')).toEqual([
      'id\tname\ttags\tisUp\tsize\tnothing',
      'i-1\tweb\\t1\\nnew\t{"a":1}\ttrue\t\t',
      'i-2\t\t\t\t0\t',
    ]);
    expect((await dataWriter('tsv'))({ runId: 'a\\b', open: false })).toBe('runId\ta\\\\b\nopen\tfalse');
    expect((await dataWriter('tsv'))([])).toBe('');
  });

  it('is the same in YAML and in JSON, also where a text looks like something else', async () => {
    const data = [{ id: 'no', at: '2026-11-20', text: 'a: b\n# c\u202e', list: [] }];
    const [yaml, json] = [(await dataWriter('yaml'))(data), (await dataWriter('json'))(data)];
    expect(parse(yaml)).toEqual(data);
    expect(JSON.parse(json)).toEqual(data);
  });
});
