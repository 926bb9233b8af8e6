import { Account } from '../../../simulator/account';

const { prototype } = require('../../setup/environment.cjs') as { prototype: { handleTestEvent(event: object): void } };

/** What a test that does `act` leaves: its errors, whether an account can be opened after it, and the account itself. */
function afterTest(act: () => Account | undefined, errors: Error[] = []) {
  const environment = Object.assign(Object.create(prototype), { global: globalThis });
  const test = { name: 'the culprit', errors };
  environment.handleTestEvent({ name: 'test_start', test });
  const account = act();
  environment.handleTestEvent({ name: 'test_done', test });
  return { messages: test.errors.map(({ message }) => message), account };
}

describe('After a test that leaves a simulated account open', () => {
  const realRandom = Math.random;

  it('fails that test by its name, and the next one has its own account, time and chance', () => {
    // Act
    const { messages } = afterTest(() => new Account({ startAt: '2030-01-01T00:00:00Z' }));
    const year = new Date().getFullYear();
    const random = Math.random;
    const next = afterTest(() => {
      new Account().close();
      return undefined;
    });
    // Assess
    expect(messages).toEqual(['"the culprit" left a simulated account open: close() it in a finally.']);
    expect(year).toBeLessThan(2030);
    expect(random).toBe(realRandom);
    expect(next.messages).toEqual([]);
  });

  it('says nothing more about a test that failed already, as by its timeout', () => {
    // Act
    const { messages } = afterTest(() => new Account(), [new Error('Exceeded timeout')]);
    const next = afterTest(() => {
      new Account().close();
      return undefined;
    });
    // Assess
    expect([messages, next.messages]).toEqual([['Exceeded timeout'], []]);
  });

  it('leaves an account alone that was open before the test', () => {
    // Prepare
    const account = new Account({ startAt: '2030-01-01T00:00:00Z' });
    try {
      // Act
      const { messages } = afterTest(() => undefined);
      // Assess
      expect(messages).toEqual([]);
      expect(new Date().getFullYear()).toBe(2030);
    } finally {
      account.close();
    }
  });
});
