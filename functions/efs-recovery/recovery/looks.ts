import { describeError, throwIfEarly } from '../../shared/task';

/** Looks at optional settings: one that is refused or gets no answer is a named gap, never the end of a recovery. */
export interface Looks {
  /** The answer, or undefined with the reason in `unread`. */
  at<T>(setting: string, answer: Promise<T>): Promise<T | undefined>;
  /** Settings that could not be read, each with the reason. */
  unread: string[];
}

/** Looks without an answer so far. Throttling and cut connections leave as errors at first, so that the state is retried. */
export function startLooking(): Looks {
  const unread: string[] = [];
  return {
    unread,
    async at(setting, answer) {
      try {
        return await answer;
      } catch (error) {
        throwIfEarly(error);
        unread.push(`${setting}: could not be read (${describeError(error)})`);
        return undefined;
      }
    },
  };
}
