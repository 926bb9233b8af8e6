/**
 * A request: service and operation (`sns.Publish`), its input, and the region if it is not the account's own. The
 * operation `clock.sleep` lets `seconds` pass, and `account.load` puts a world into the account.
 */
export type Call = readonly [operation: string, input: object, region?: string];

/** What was asked on AWS: the last call is the one that was refused, those before it make what it needs. */
export type Request = readonly Call[];

/** What the recordings of a service answer. The recordings have the answers only. */
export interface RequestTable {
  /** By the recording's key without the test's parameter, or by the test alone. */
  requests: Record<string, Request | ((parameter: string, recorded: { message: string; folder: string }) => Request)>;
  /**
   * Why a recording cannot be asked, by its whole key: an operation that the simulated account does not have, which the
   * judge makes sure of, or in words.
   */
  gaps: readonly (readonly [keys: RegExp, what: string])[];
}

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const OTHER_REGION = 'eu-central-1';

/** One request for each of several recordings that differ in one value; `test` stands before their keys. */
export function requestsFor<T>(
  values: Record<string, T>,
  request: (value: T) => Request,
  test?: string,
): Record<string, Request> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [test ? `${test} ${key}` : key, request(value)]),
  );
}
