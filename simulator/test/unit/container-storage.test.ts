import * as asyncHooks from 'node:async_hooks';
import { asyncHooksFor } from '../../lambda/container-storage';

const { AsyncLocalStorage } = asyncHooksFor(asyncHooks) as typeof asyncHooks;
const later = () => new Promise((resolve) => setImmediate(resolve));

it('keeps what each storage holds along its own chain of calls', async () => {
  const [run, request] = [new AsyncLocalStorage<string>(), new AsyncLocalStorage<string>()];
  const look = async () => {
    await later();
    return [run.getStore(), request.getStore()];
  };

  const seen = await Promise.all([
    run.run('first', () => request.run('a', look)),
    run.run('second', () => run.exit(look)),
    request.run('b', look),
    look(),
  ]);

  expect(seen).toEqual([
    ['first', 'a'],
    [undefined, undefined],
    [undefined, 'b'],
    [undefined, undefined],
  ]);
});

it('adds nothing to what Node copies at each promise, however many containers there were', async () => {
  const real = new asyncHooks.AsyncLocalStorage();
  const run = jest.spyOn(asyncHooks.AsyncLocalStorage.prototype, 'run');

  for (let index = 0; index < 100; index += 1) new AsyncLocalStorage().run(index, () => undefined);

  expect(new Set(run.mock.contexts).size).toBe(1);
  run.mockRestore();
  real.disable();
});
