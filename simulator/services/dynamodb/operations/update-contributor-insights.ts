import type { UpdateContributorInsightsInput, UpdateContributorInsightsOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function UpdateContributorInsights(
  this: DynamoDbState,
  input: UpdateContributorInsightsInput,
): UpdateContributorInsightsOutput {
  const table = this.tableWithIndex(input.TableName, input.IndexName);
  const action = required(input, 'ContributorInsightsAction');
  return table.contributorInsights.update(table, input.IndexName, action, input.ContributorInsightsMode);
}
