import { differenceOf, keysOf } from '../../../../../functions/shared/tables/compare-tables';

const count = (parts: object = {}) => ({ items: 1000, sizeBytes: 4_096_000, pages: 4, isComplete: true, ...parts });

describe('Two counts', () => {
  it.each([
    ['are the same when pages end elsewhere and are rounded up', { sizeBytes: 4_100_096, pages: 5 }, undefined],
    ['differ in items', { items: 999 }, '1000 items instead of 999'],
    ['differ in size, though they have as many items', { sizeBytes: 2_048_000 }, '4096000 bytes instead of 2048000'],
    ['cannot be compared when one is not complete', { items: 5, isComplete: false }, undefined],
  ])('%s', (_name, other, difference) => {
    expect(differenceOf(count(), count(other))).toBe(difference);
  });
});

it('tells keys of another type apart, which have the same key schema', () => {
  const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }];
  const keys = (AttributeType: 'S' | 'N') =>
    keysOf({ KeySchema, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType }] });
  expect(keys('S')).toBe('HASH pk (S)');
  expect(keys('N')).not.toBe(keys('S'));
});
