import type { Partition } from './aws-regions';
import type { Clock } from './clock';
import type { Doubts } from './doubts';
import type { Observer } from './observer';
import type { Random } from './random';

/**
 * What the parts of an account see of the places that they are in. A service declares itself here, in its own file
 * (`declare module`), and so meets the others without importing them: only `region.ts` and `account.ts` know all.
 */
export interface Region {
  readonly name: string;
  readonly account: Account;
  /** An ARN in this region and account: `arn('ec2', 'instance/i-1')`. */
  arn(service: string, resource: string): string;
}

/** An account, as its services see it. */
export interface Account {
  readonly id: string;
  readonly homeRegion: string;
  readonly partition: Partition;
  readonly seed: number;
  readonly consistencyDelaySeconds: number;
  readonly concurrentExecutions: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly doubts: Doubts;
  readonly observer: Observer;
  readonly wire: boolean;
  readonly unreachableRegions: Set<string>;
  readonly disabledRegions: ReadonlySet<string>;
  /** The account's owner, whom no policy holds back. */
  readonly root: { principalArn: string; accountId: string };
  /** The account that the stack is in: this one, or the one that this one belongs to. */
  readonly stackAccount: Account;
  readonly allAccounts: Account[];
  readonly allRegions: Region[];
  /** What the functions wrote to their log groups. */
  readonly logs: LogLine[];
  account(id: string): Account | undefined;
  /** Another account, as real as this one. */
  addAccount(id: string): Account;
  region(name?: string): Region;
  log(logicalId: string, line: string): void;
}

/** A line that a function wrote. */
export interface LogLine {
  time: string;
  logicalId: string;
  line: string;
}
