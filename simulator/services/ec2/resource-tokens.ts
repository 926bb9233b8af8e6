import { AwsError } from '../../errors';
import type { Region } from '../../places';

/** EC2's second throttle: beside the request, every instance in it costs a token. */
export class ResourceTokens {
  private tokens: number;
  private filledAt = 0;

  constructor(
    private readonly region: Region,
    private readonly size: number,
    private readonly perSecond: number,
  ) {
    this.tokens = size;
  }

  /** Takes the tokens of one request, or refuses it. */
  take(instances: number): void {
    const { doubts } = this.region.account;
    const { now } = this.region.account.clock;
    const count = doubts.behaviour('ec2.resourceTokens') === 'perInstance' ? instances : 1;
    this.tokens = Math.min(this.size, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    if (count > this.tokens) throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
    this.tokens -= count;
  }
}
