import type { UpdateContributorInsightsInput, UpdateContributorInsightsOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html */
export function UpdateContributorInsights(
  this: DynamoDbState,
  input: UpdateContributorInsightsInput,
): UpdateContributorInsightsOutput {
  const table = this.tableWithIndex(input.TableName, input.IndexName);
  const action = required(input, 'ContributorInsightsAction');
  return table.contributorInsights.update(table, input.IndexName, action, input.ContributorInsightsMode);
}
