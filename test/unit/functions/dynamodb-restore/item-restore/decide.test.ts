import { type DecisionRules, decide } from '../../../../../functions/dynamodb-restore/item-restore/decide';
import type { Image } from '../../../../../functions/dynamodb-restore/item-restore/images';

const keys = { Id: { S: '1' } };
const item = (attributes: Image): Image => ({ ...keys, ...attributes });
const good = item({ Price: { N: '10' }, Name: { S: 'chair' } });
const bad = item({ Price: { N: '-1' }, Name: { S: 'chair' } });
const rules: DecisionRules = { onConflict: 'Skip', nowSeconds: 1000, restoreExpired: false };
const change = (old?: Image, next?: Image) => ({ keys, ...(old && { old }), ...(next && { new: next }), writtenAt: 1 });

describe('An item of the window', () => {
  it.each([
    ['changed', good, bad, bad, { before: bad, after: good }],
    ['inserted', undefined, bad, bad, { before: bad }],
    ['deleted', good, undefined, undefined, { after: good }],
  ])('that was %s is put back', (_what, old, next, now, images) => {
    expect(decide(change(old, next), now, rules)).toEqual({ kind: 'write', entry: { keys, ...images } });
  });

  it('that is as it was needs nothing, also when it was written again', () => {
    expect(decide(change(good, bad), good, rules)).toEqual({ kind: 'as it was' });
    expect(decide(change(undefined, bad), undefined, rules)).toEqual({ kind: 'as it was' });
  });

  it('is the same with other zeros and another order of a set', () => {
    const one = item({ N: { N: '1.50' }, S: { SS: ['a', 'b'] } });
    const other = item({ S: { SS: ['b', 'a'] }, N: { N: '15e-1' } });
    expect(decide(change(one, bad), other, rules)).toEqual({ kind: 'as it was' });
  });

  const written = item({ Price: { N: '-1' }, Name: { S: 'armchair' } });

  it('that was written after the window is listed by default', () => {
    expect(decide(change(good, bad), written, rules)).toMatchObject({
      kind: 'listed',
      listed: { reason: 'written after the window', old: good, new: bad, now: written },
    });
  });

  it('that was written after the window is overwritten on demand, and is a conflict in the journal', () => {
    expect(decide(change(good, bad), written, { ...rules, onConflict: 'Overwrite' })).toEqual({
      kind: 'write',
      entry: { keys, before: written, after: good, isConflict: true },
    });
  });

  it('is merged: what the window changed and no later write did goes back, the rest stays', () => {
    const old = item({ A: { S: 'a' }, B: { S: 'b' }, C: { S: 'c' } });
    const next = item({ A: { S: 'A!' }, B: { S: 'B!' }, D: { S: 'd' } });
    const now = item({ A: { S: 'A!' }, B: { S: 'since' }, D: { S: 'd' }, E: { S: 'since' } });
    expect(decide(change(old, next), now, { ...rules, onConflict: 'Merge' })).toMatchObject({
      entry: { before: now, after: item({ A: { S: 'a' }, B: { S: 'since' }, C: { S: 'c' }, E: { S: 'since' } }) },
    });
  });

  it.each([
    ['made in the window', undefined, bad, written],
    ['deleted in the window', good, undefined, written],
    ['deleted after the window', good, bad, undefined],
  ])('that was %s cannot be merged', (_what, old, next, now) => {
    expect(decide(change(old, next), now, { ...rules, onConflict: 'Merge' }).kind).toBe('listed');
  });

  it('whose time to live has passed is listed, unless it is asked for', () => {
    const expired = item({ Expiry: { N: '999' } });
    const withTtl = { ...rules, ttlAttribute: 'Expiry' };
    expect(decide(change(expired), undefined, withTtl)).toMatchObject({ listed: { reason: 'expired' } });
    expect(decide(change(expired), undefined, { ...withTtl, restoreExpired: true }).kind).toBe('write');
  });

  it('with more than 100 attributes that differ is listed', () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`A${index}`, { N: '1' }]));
    expect(decide(change(good, item(many)), item(many), rules)).toMatchObject({
      listed: { reason: 'too many attributes' },
    });
  });
});
