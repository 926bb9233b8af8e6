import { filterDocument } from '../../../../../functions/dynamodb-restore/item-restore/filter-document';
import { compileFilter } from '../../../../../functions/dynamodb-restore/item-restore/filter-expression';
import { isSelected, readKeys, type TableKey } from '../../../../../functions/dynamodb-restore/item-restore/selection';

const key: TableKey = [
  { name: 'Customer', type: 'S' },
  { name: 'Order', type: 'S' },
];
const keysOf = (customer: string, order: string) => ({ Customer: { S: customer }, Order: { S: order } });

describe('Keys', () => {
  it('means an item by its whole key, or all that begin alike under one partition key', () => {
    const { selectors, problems } = readKeys(
      [
        { Customer: 'ada', Order: '7' },
        { Customer: 'bob', Order: { BeginsWith: '2026-' } },
      ],
      key,
    );
    expect(problems).toEqual([]);
    const meant = [keysOf('ada', '7'), keysOf('ada', '70'), keysOf('bob', '2026-11'), keysOf('eve', '2026-11')];
    expect(meant.map((keys) => isSelected(selectors, keys, key))).toEqual([true, false, true, false]);
  });

  it('compares numbers as numbers, and bytes as bytes', () => {
    const ofBytes: TableKey = [
      { name: 'Id', type: 'N' },
      { name: 'Part', type: 'B' },
    ];
    const part = Buffer.from([1, 2, 3]).toString('base64');
    const { selectors } = readKeys(
      [{ Id: '1.0', Part: { BeginsWith: Buffer.from([1, 2]).toString('base64') } }],
      ofBytes,
    );
    expect(isSelected(selectors, { Id: { N: '1' }, Part: { B: part } }, ofBytes)).toBe(true);
  });

  it('refuses a number that is none, or that JSON has rounded, as another item would be meant', () => {
    const ofNumber: TableKey = [{ name: 'Id', type: 'N' }];
    const given = ['0x10', '1e', '', ' 7', JSON.parse('12345678901234567890'), JSON.parse('0.12345678901234567')];
    const { problems } = readKeys(
      given.map((Id) => ({ Id })),
      ofNumber,
    );
    const isNone = 'must be a number, as the key of the table is';
    const isRounded = 'has more digits than JSON numbers keep; give it as text';
    const expected = [isNone, isNone, isNone, isNone, isRounded, isRounded];
    expect(problems).toEqual(expected.map((problem, index) => `Keys.${index}.Id: ${problem}`));

    const right = ['12345678901234567890', 9007199254740991, -0.5, 1e21, '+1.50E-3', '.5'];
    expect(
      readKeys(
        right.map((Id) => ({ Id })),
        ofNumber,
      ).problems,
    ).toEqual([]);
  });

  it('names everything that does not fit the key of the table', () => {
    const { problems } = readKeys(
      [{ Customer: 'ada' }, { Customer: 7, Order: '1' }, { Customer: { BeginsWith: 'a' }, Order: '1' }, { Id: 'x' }],
      key,
    );
    expect(problems).toEqual([
      'Keys.0.Order: is missing',
      'Keys.1.Customer: must be text, as the key of the table is',
      'Keys.2.Customer: only the sort key may be given by its beginning, and Customer is the partition key',
      'Keys.3.Id: is no key attribute of the table; it has Customer and Order',
      'Keys.3.Customer: is missing',
      'Keys.3.Order: is missing',
    ]);
  });
});

describe('Filter', () => {
  const document = filterDocument(
    { keys: keysOf('ada', '7'), new: { Price: { N: '-1' }, Id: { N: '12345678901234567890' }, Tags: { SS: ['a'] } } },
    1_764_468_840_123_456,
  );

  it('sees plain JSON: sets as arrays, and numbers beyond a double as text', () => {
    expect(document).toEqual({
      keys: { Customer: 'ada', Order: '7' },
      new: { Price: -1, Id: '12345678901234567890', Tags: ['a'] },
      writtenAt: '2025-11-30T02:14:00.123Z',
    });
  });

  it.each([
    ['new.Price < 0', true],
    ['$exists(old)', false],
    ['$contains(keys.Customer, /^A.a$/i)', true],
    ['$match(keys.Customer, /a/).index = [0, 2]', true],
  ])('says of an item: %s', async (filter, expected) => {
    expect(await compileFilter(filter).evaluate(document)).toBe(expected);
  });

  it.each([
    ['new.Price <', /character/],
    ['$eval("true")', /\$eval is not allowed/],
    ['[1].($f := $random; $f() > 0)', /\$random is not allowed/],
    ['$millis() > 0', /\$millis is not allowed/],
    ['$contains(keys.Customer, /(a+)\\1/)', /RE2/],
  ])('is refused before anything runs: %s', (filter, problem) => {
    expect(() => compileFilter(filter)).toThrow(problem);
  });
});
