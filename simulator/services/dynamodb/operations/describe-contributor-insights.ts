import type { DescribeContributorInsightsInput, DescribeContributorInsightsOutput } from '@aws-sdk/client-dynamodb';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html */
export function DescribeContributorInsights(
  this: DynamoDbState,
  input: DescribeContributorInsightsInput,
): DescribeContributorInsightsOutput {
  const table = this.tableWithIndex(input.TableName, input.IndexName);
  return table.contributorInsights.describe(table, input.IndexName);
}
