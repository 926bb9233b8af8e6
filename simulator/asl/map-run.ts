import type { DescribeMapRunOutput, MapRunItemCounts, MapRunStatus } from '@aws-sdk/client-sfn';
import type { Execution, ExecutionStatus } from './execution';

interface MapRunSettings {
  /** The name of the Map state. */
  state: string;
  label: string;
  maxConcurrency: number;
  toleratedCount: number | undefined;
  toleratedPercentage: number | undefined;
  /** The number of items in each child execution's input. */
  itemsOf: number[];
  total: number;
}

const COUNTED: Record<ExecutionStatus, keyof MapRunItemCounts> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** The child executions of one distributed Map state. */
export class MapRun {
  readonly arn: string;
  /** `machine/label`, as in the ARNs of the Map Run and of its executions. */
  readonly name: string;
  readonly label: string;
  readonly maxConcurrency: number;
  readonly startDate: Date;
  readonly children: Execution[] = [];
  status: MapRunStatus = 'RUNNING';
  stopDate?: Date;
  redriveCount = 0;
  private failedItems = 0;

  constructor(
    readonly parent: Execution,
    private readonly settings: MapRunSettings,
  ) {
    this.label = settings.label;
    this.name = `${parent.machineName}/${settings.label}`;
    this.arn = parent.region.arn('states', `mapRun:${this.name}:${parent.random.uuid()}`);
    this.maxConcurrency = settings.maxConcurrency;
    this.startDate = parent.clock.date;
    parent.host.mapRuns.set(this.arn, this);
  }

  /** Whether a redriven execution that enters this state continues this Map Run. */
  isLeftBy(parent: Execution, state: string): boolean {
    const isOlder = this.redriveCount < parent.redriveCount && !['RUNNING', 'SUCCEEDED'].includes(this.status);
    return this.parent === parent && this.settings.state === state && isOlder;
  }

  /** Continues; its unsuccessful children are redriven one by one. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html */
  redrive(): void {
    this.redriveCount = this.parent.redriveCount;
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.failedItems = 0;
  }

  add(child: Execution, index: number): void {
    this.children[index] = child;
  }

  finished(child: Execution, index: number): void {
    if (child.status !== 'SUCCEEDED') this.failedItems += this.settings.itemsOf[index] ?? 1;
  }

  /**
   * Without either threshold, no failure is tolerated; with both, the first that is exceeded counts.
   * https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
   */
  get exceedsTolerance(): boolean {
    const { toleratedCount, toleratedPercentage, total } = this.settings;
    if (toleratedCount === undefined && toleratedPercentage === undefined) return this.failedItems > 0;
    const overCount = toleratedCount !== undefined && this.failedItems > toleratedCount;
    const overPercentage = toleratedPercentage !== undefined && (this.failedItems / total) * 100 > toleratedPercentage;
    return overCount || overPercentage;
  }

  /** Ends the Map Run, and aborts the children that still run. */
  end(status: MapRunStatus): void {
    if (this.status !== 'RUNNING') return;
    this.status = status;
    this.stopDate = this.parent.clock.date;
    for (const child of this.children) child?.abort();
  }

  describe(): Omit<DescribeMapRunOutput, '$metadata'> {
    return {
      mapRunArn: this.arn,
      executionArn: this.parent.arn,
      status: this.status,
      startDate: this.startDate,
      stopDate: this.stopDate,
      maxConcurrency: this.maxConcurrency,
      toleratedFailureCount: this.settings.toleratedCount ?? 0,
      toleratedFailurePercentage: this.settings.toleratedPercentage ?? 0,
      itemCounts: this.count(({ itemsOf }, index) => itemsOf[index] ?? 1),
      executionCounts: this.count(() => 1),
      redriveCount: this.redriveCount,
    };
  }

  private count(weight: (settings: MapRunSettings, index: number) => number): MapRunItemCounts {
    const counts = {
      pending: 0,
      running: 0,
      succeeded: 0,
      failed: 0,
      timedOut: 0,
      aborted: 0,
      total: 0,
      resultsWritten: 0,
    };
    for (const index of this.settings.itemsOf.keys()) {
      const child = this.children[index];
      const items = weight(this.settings, index);
      counts[(child ? COUNTED[child.status] : 'pending') as 'pending'] += items;
      if (child?.status === 'SUCCEEDED') counts.resultsWritten += items;
      counts.total += items;
    }
    return counts;
  }
}
