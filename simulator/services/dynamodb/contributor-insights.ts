import type {
  ContributorInsightsAction,
  ContributorInsightsMode,
  DescribeContributorInsightsOutput,
  UpdateContributorInsightsOutput,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { Table } from './table';

const CHANGE_SECONDS = 20;

interface Insights {
  status: 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED';
  mode: ContributorInsightsMode;
  updatedAt: Date;
}

/** CloudWatch Contributor Insights of one table and of its indexes. */
export class ContributorInsights {
  /** By the index's name; the table itself is ''. */
  private readonly byIndex = new Map<string, Insights>();

  constructor(private readonly region: Region) {}

  /** What is on, or coming on: the index's name ('' is the table) and the mode. */
  get enabled(): { IndexName?: string; Mode: ContributorInsightsMode }[] {
    return [...this.byIndex]
      .filter(([, { status }]) => status === 'ENABLED' || status === 'ENABLING')
      .map(([name, { mode }]) => ({ ...(name && { IndexName: name }), Mode: mode }));
  }

  /** Turns it on as if it had always been. */
  set(indexName: string | undefined, mode: ContributorInsightsMode = 'ACCESSED_AND_THROTTLED_KEYS'): void {
    this.byIndex.set(indexName ?? '', { status: 'ENABLED', mode, updatedAt: this.region.account.clock.date });
  }

  update(
    table: Table,
    indexName: string | undefined,
    action: ContributorInsightsAction,
    mode: ContributorInsightsMode | undefined,
  ): UpdateContributorInsightsOutput {
    const { clock } = this.region.account;
    const old = this.byIndex.get(indexName ?? '');
    const enable = action === 'ENABLE';
    const insights: Insights = {
      status: enable ? 'ENABLING' : 'DISABLING',
      mode: mode ?? old?.mode ?? 'ACCESSED_AND_THROTTLED_KEYS',
      updatedAt: clock.date,
    };
    this.byIndex.set(indexName ?? '', insights);
    clock.after(CHANGE_SECONDS, () => {
      insights.status = enable ? 'ENABLED' : 'DISABLED';
      insights.updatedAt = clock.date;
    });
    return {
      TableName: table.name,
      ...(indexName !== undefined && { IndexName: indexName }),
      ContributorInsightsStatus: insights.status,
      ContributorInsightsMode: insights.mode,
    };
  }

  describe(table: Table, indexName: string | undefined): DescribeContributorInsightsOutput {
    const insights = this.byIndex.get(indexName ?? '');
    return {
      TableName: table.name,
      ...(indexName !== undefined && { IndexName: indexName }),
      ContributorInsightsStatus: insights?.status ?? 'DISABLED',
      ...(insights && { ContributorInsightsMode: insights.mode, LastUpdateDateTime: insights.updatedAt }),
    };
  }
}
