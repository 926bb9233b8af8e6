import { Clock } from './clock';
import { Endpoint } from './endpoint';
import { type Fault, Faults, installEventFaults } from './faults';
import { Random } from './random';
import { Region } from './region';
import type { Caller } from './service';

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
  faults?: Fault[];
}

export interface LogLine {
  time: string;
  logicalId: string;
  line: string;
}

/** A simulated AWS account. Only one can exist in a process at a time, because virtual time is the process's time. */
export class Account {
  readonly id: string;
  readonly homeRegion: string;
  readonly seed: number;
  readonly consistencyDelaySeconds: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly endpoint: Endpoint;
  /** What the functions wrote to their log groups. */
  readonly logs: LogLine[] = [];
  private readonly regions = new Map<string, Region>();
  private readonly realRandom = Math.random;

  constructor(options: AccountOptions = {}) {
    this.id = options.accountId ?? '111122223333';
    this.homeRegion = options.region ?? 'eu-west-1';
    this.seed = options.seed ?? 1;
    this.consistencyDelaySeconds = options.consistencyDelaySeconds ?? 0;
    this.clock = new Clock(new Date(options.startAt ?? '2026-11-20T22:00:00Z'));
    this.random = new Random(this.seed);
    this.faults = new Faults(this, options.faults);
    this.endpoint = new Endpoint(this);
    // The SDK's retry jitter draws from here.
    Math.random = () => this.random.next();
  }

  /** The account's owner, whom no policy holds back. */
  get root(): Caller {
    return { principalArn: `arn:aws:iam::${this.id}:root`, accountId: this.id };
  }

  /** The region of that name, made when it is first asked for; the stack's region by default. */
  region(name: string = this.homeRegion): Region {
    let region = this.regions.get(name);
    if (!region) {
      region = new Region(this, name);
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
    Math.random = this.realRandom;
  }
}
