import { changeOf } from '../../../../functions/shared/items';

describe('An update of an item', () => {
  it('sets every field under its own name, and removes the fields that are named', () => {
    expect(changeOf({ set: { a: 1, open: 'open' }, remove: ['b'] })).toEqual({
      UpdateExpression: 'SET #a = :a, #open = :open REMOVE #b',
      ExpressionAttributeNames: { '#a': 'a', '#open': 'open', '#b': 'b' },
      ExpressionAttributeValues: { ':a': 1, ':open': 'open' },
    });
  });

  it('keeps a first value, counts, and has what its condition names', () => {
    expect(
      changeOf(
        { setOnce: { a: 1 }, add: { n: 2 } },
        { condition: '#lease.#id = :id', names: { '#lease': 'lease', '#id': 'id' }, values: { ':id': 'x' } },
      ),
    ).toEqual({
      UpdateExpression: 'SET #a = if_not_exists(#a, :a) ADD #n :n',
      ConditionExpression: '#lease.#id = :id',
      ExpressionAttributeNames: { '#a': 'a', '#n': 'n', '#lease': 'lease', '#id': 'id' },
      ExpressionAttributeValues: { ':a': 1, ':n': 2, ':id': 'x' },
    });
  });

  it('has no list of values where it only removes', () => {
    expect(changeOf({ remove: ['open'] })).toEqual({
      UpdateExpression: 'REMOVE #open',
      ExpressionAttributeNames: { '#open': 'open' },
    });
  });
});
