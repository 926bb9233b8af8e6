import { setFields } from '../../../../functions/shared/items';

describe('An update of an item', () => {
  it('sets every field under its own name, and removes the fields that are named', () => {
    expect(setFields({ a: 1, open: 'open' }, ['b'])).toEqual({
      UpdateExpression: 'SET #a = :a, #open = :open REMOVE #b',
      ExpressionAttributeNames: { '#a': 'a', '#open': 'open', '#b': 'b' },
      ExpressionAttributeValues: { ':a': 1, ':open': 'open' },
    });
  });
});
