import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { digestOf } from '../../../../../functions/shared/tables/compare-items';

const bytes = (...values: number[]) => Uint8Array.from(values);
const SAME: [string, AttributeValue, AttributeValue][] = [
  ['string sets in another order', { SS: ['a', 'b'] }, { SS: ['b', 'a'] }],
  ['number sets in another order and notation', { NS: ['1', '20'] }, { NS: ['2e1', '1.0'] }],
  ['binary sets in another order', { BS: [bytes(1), bytes(2)] }, { BS: [bytes(2), bytes(1)] }],
  ['numbers in another notation', { N: '100' }, { N: '1E2' }],
  ['zeros', { N: '-0.00' }, { N: '0' }],
  ['binary in another class', { B: bytes(1, 2) }, { B: Buffer.from([1, 2]) }],
  ['maps in another order', { M: { a: { S: 'x' }, b: { N: '1' } } }, { M: { b: { N: '1.0' }, a: { S: 'x' } } }],
];
const DIFFERENT: [string, AttributeValue, AttributeValue][] = [
  ['a number and a string', { N: '1' }, { S: '1' }],
  [
    'numbers that differ in the 38th digit',
    { N: '12345678901234567890123456789012345678' },
    { N: '12345678901234567890123456789012345679' },
  ],
  ['a number and its negative', { N: '5' }, { N: '-5' }],
  ['lists in another order', { L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '2' }, { N: '1' }] }],
  ['sets of another size', { SS: ['a'] }, { SS: ['a', 'b'] }],
  ['one string with a comma and two strings', { SS: ['a","b'] }, { SS: ['a', 'b'] }],
  ['a set and a list', { SS: ['a'] }, { L: [{ S: 'a' }] }],
  ['bytes', { B: bytes(1) }, { B: bytes(2) }],
  ['null and false', { NULL: true }, { BOOL: false }],
];

describe('Two items are the same to DynamoDB', () => {
  it.each(SAME)('with %s', (_name, one, other) => {
    expect(digestOf({ pk: { S: '1' }, value: one })).toBe(digestOf({ value: other, pk: { S: '1' } }));
  });
});

describe('Two items differ', () => {
  it.each(DIFFERENT)('by %s', (_name, one, other) => {
    expect(digestOf({ value: one })).not.toBe(digestOf({ value: other }));
  });

  it('when one has an attribute more', () => {
    expect(digestOf({ a: { S: 'x' } })).not.toBe(digestOf({ a: { S: 'x' }, b: { NULL: true } }));
  });
});
