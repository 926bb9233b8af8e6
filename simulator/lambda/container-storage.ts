import { AsyncLocalStorage } from 'node:async_hooks';

/** What each storage of a container holds, along the chain of calls that is under way. */
type Stores = AsyncLocalStorage<ReadonlyMap<object, unknown>>;

/** Test runners load this module anew for each file; what Node copies has to be one in the whole process. */
const KEY = Symbol.for('simulated-aws.container-storage');
const ofProcess = AsyncLocalStorage as unknown as { [KEY]?: Stores };
ofProcess[KEY] ??= new AsyncLocalStorage();
const all: Stores = ofProcess[KEY];

/**
 * What a handler gets for Node's AsyncLocalStorage. Every container loads its modules anew, and Node 20 copies every
 * storage that was ever used at every promise, also those of containers that are gone; so all of them share one.
 */
class ContainerStorage {
  static readonly bind = AsyncLocalStorage.bind;
  static readonly snapshot = AsyncLocalStorage.snapshot;

  getStore(): unknown {
    return all.getStore()?.get(this);
  }

  run<Result, Args extends unknown[]>(store: unknown, act: (...args: Args) => Result, ...args: Args): Result {
    return all.run(this.with(store), act, ...args);
  }

  exit<Result, Args extends unknown[]>(act: (...args: Args) => Result, ...args: Args): Result {
    return all.run(this.with(undefined), act, ...args);
  }

  enterWith(store: unknown): void {
    all.enterWith(this.with(store));
  }

  disable(): void {
    all.enterWith(this.with(undefined));
  }

  private with(store: unknown): ReadonlyMap<object, unknown> {
    return new Map(all.getStore()).set(this, store);
  }
}

/** Node's module with that class in its place. */
export function asyncHooksFor(real: object): object {
  return { ...real, AsyncLocalStorage: ContainerStorage };
}
