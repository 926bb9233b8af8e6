import { OPT_IN_REGIONS, type Partition, partitionOf } from './aws-regions';
import { Clock } from './clock';
import { Doubts, type PinnedDoubts } from './doubts';
import { Endpoint } from './endpoint';
import { type Fault, Faults, installEventFaults } from './faults';
import { type Packaging, plainPackaging } from './lambda/packaging';
import { Observer } from './observer';
import type { LogLine, Region } from './places';
import { Random } from './random';
import { makeRegion } from './region';
import type { Caller } from './service';
import { Programs } from './services/ssm/programs';

export interface AccountOptions {
  /** Everything that is left to chance follows from it. */
  seed?: number;
  /** ISO 8601 time at which virtual time starts. */
  startAt?: string;
  accountId?: string;
  /** The region of the stack. */
  region?: string;
  /** For so many virtual seconds after a change, reads may still see the state before it. */
  consistencyDelaySeconds?: number;
  /** Lambda's quota of concurrent executions: 1,000, or as little as 10 in an account that is new. */
  concurrentExecutions?: number;
  faults?: Fault[];
  /** Regions that this account has not opted in to; all opt-in regions by default. */
  disabledRegions?: readonly string[];
  /** Whether calls of clients in this process are put into HTTP and read from there; by default they are handed over. */
  wire?: boolean;
  /** How AWS behaves where it is not known (docs/doubts.md); in the worst way by default. */
  doubts?: PinnedDoubts;
  /** How the sources of the functions become packages. */
  packaging?: Packaging;
}

/**
 * A simulated AWS account. Only one can exist in a process at a time, because virtual time is the process's time;
 * further accounts belong to it and share its time, chance, faults and endpoint.
 */
export class Account {
  readonly id: string;
  readonly homeRegion: string;
  readonly partition: Partition;
  readonly seed: number;
  readonly consistencyDelaySeconds: number;
  readonly concurrentExecutions: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly doubts: Doubts;
  readonly faults: Faults;
  readonly endpoint: Endpoint;
  /** To watch: `account.observer.observe(listener)`. */
  readonly observer: Observer;
  /** What the functions wrote to their log groups. */
  readonly logs: LogLine[] = [];
  /** Regions that do not answer: every connection to them times out. Can be changed during a run. */
  readonly unreachableRegions: Set<string>;
  readonly disabledRegions: ReadonlySet<string>;
  readonly wire: boolean;
  /** What scripts of Run Command may start on an instance: `account.programs.register(pattern, run)`. */
  readonly programs: Programs;
  readonly packaging: Packaging;
  private readonly accounts: Map<string, Account>;
  private readonly regions = new Map<string, Region>();

  constructor(
    options: AccountOptions = {},
    /** The account that this one belongs to; none for the stack's own account. */
    private readonly main?: Account,
  ) {
    this.id = options.accountId ?? '111122223333';
    this.homeRegion = options.region ?? 'eu-west-1';
    this.partition = partitionOf(this.homeRegion);
    this.seed = options.seed ?? 1;
    this.consistencyDelaySeconds = options.consistencyDelaySeconds ?? 0;
    this.concurrentExecutions = options.concurrentExecutions ?? 1000;
    this.wire = options.wire ?? main?.wire ?? false;
    this.disabledRegions = new Set(options.disabledRegions ?? OPT_IN_REGIONS);
    this.unreachableRegions = main?.unreachableRegions ?? new Set();
    this.accounts = main?.accounts ?? new Map();
    this.accounts.set(this.id, this);
    this.clock = main?.clock ?? new Clock(new Date(options.startAt ?? '2026-11-20T22:00:00Z'));
    this.observer = main?.observer ?? new Observer(this.clock);
    this.random = main?.random ?? new Random(this.seed);
    this.doubts = main?.doubts ?? new Doubts(options.doubts);
    this.faults = main?.faults ?? new Faults(this, options.faults);
    this.endpoint = main?.endpoint ?? new Endpoint(this);
    this.programs = main?.programs ?? new Programs();
    this.packaging = main?.packaging ?? options.packaging ?? plainPackaging;
    if (main) return;
    const realRandom = Math.random;
    this.clock.whenUninstalled = () => {
      Math.random = realRandom;
    };
    // The SDK's retry jitter draws from here.
    Math.random = () => this.random.next();
  }

  /** The account's owner, whom no policy holds back. */
  get root(): Caller {
    return { principalArn: `arn:${this.partition.id}:iam::${this.id}:root`, accountId: this.id };
  }

  /** The account that the stack is in: this one, or the one that this one belongs to. */
  get stackAccount(): Account {
    return this.main ?? this;
  }

  /** The account of that id, if there is one: this one or one that was added. */
  account(id: string): Account | undefined {
    return this.accounts.get(id);
  }

  /** All accounts, the stack's first. */
  get allAccounts(): Account[] {
    return [...this.accounts.values()];
  }

  /** Another account, as real as this one: regions and roles of its own. */
  addAccount(id: string): Account {
    const { seed, homeRegion: region, consistencyDelaySeconds, stackAccount } = this;
    const disabledRegions = [...this.disabledRegions];
    return new Account({ accountId: id, seed, region, consistencyDelaySeconds, disabledRegions }, stackAccount);
  }

  /** The region of that name, made when it is first asked for; the stack's region by default. */
  region(name: string = this.homeRegion): Region {
    let region = this.regions.get(name);
    if (!region) {
      region = makeRegion(this, name);
      this.regions.set(name, region);
      installEventFaults(region);
    }
    return region;
  }

  get allRegions(): Region[] {
    return [...this.regions.values()];
  }

  log(logicalId: string, line: string): void {
    this.logs.push({ time: this.clock.date.toISOString(), logicalId, line });
  }

  /** Gives the process its own time and chance back. */
  close(): void {
    this.clock.uninstall();
  }
}
