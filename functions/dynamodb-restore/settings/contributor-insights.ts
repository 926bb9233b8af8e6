import {
  type ContributorInsightsMode,
  DescribeContributorInsightsCommand,
  UpdateContributorInsightsCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { schemaOf } from './table-schema';
import { canChangeIndex, type TableSetting } from './table-setting';

interface Value {
  /** What Contributor Insights looks at, by index and mode; the empty name is the table itself. */
  contributorInsights: { index: string; mode?: ContributorInsightsMode }[];
}

const name = 'Contributor Insights';

/** Contributor Insights of the table and of its indexes. */
export const contributorInsights: TableSetting<Value> = {
  name,
  async read(table, TableName) {
    const enabled: Value['contributorInsights'] = [];
    for (const index of ['', ...schemaOf(table).globalIndexes.map(({ name }) => name)]) {
      const { ContributorInsightsStatus, ContributorInsightsMode: mode } = await dynamodb.send(
        new DescribeContributorInsightsCommand({ TableName, ...(index && { IndexName: index }) }),
      );
      if (['ENABLED', 'ENABLING'].includes(ContributorInsightsStatus ?? '')) enabled.push({ index, mode });
    }
    return { contributorInsights: enabled };
  },
  changes(situation) {
    const { TableName, wanted, now } = situation;
    const isThere = ({ index, mode }: Value['contributorInsights'][number]) =>
      now.contributorInsights.some((other) => other.index === index && other.mode === mode);
    return wanted.contributorInsights
      .filter((entry) => !isThere(entry) && canChangeIndex(situation, entry.index))
      .map(({ index, mode }) => ({
        what: `Contributor Insights${index ? ` of ${index}` : ''}`,
        apply: () =>
          dynamodb.send(
            new UpdateContributorInsightsCommand({
              TableName,
              ...(index && { IndexName: index }),
              ContributorInsightsAction: 'ENABLE',
              ContributorInsightsMode: mode,
            }),
          ),
      }));
  },
  comparable: (settings) => settings.contributorInsights,
};
