import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Account } from '../../account';

/** A function of its own, so that nothing of the account is left on the stack. */
async function openAndClose(): Promise<WeakRef<Account>> {
  const account = new Account();
  await account.clock.runUntil(account.clock.sleep(1), 2);
  account.close();
  return new WeakRef(account);
}

it('leaves nothing of itself in the memory of a test runner', async () => {
  // Prepare
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  // Act
  const closed = await openAndClose();
  await new Promise(setImmediate);
  collectGarbage();

  // Assess
  expect(closed.deref()).toBeUndefined();
});
