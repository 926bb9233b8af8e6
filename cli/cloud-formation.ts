import {
  type CloudFormation as AllOfCloudFormation,
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { createAggregatedClient } from '@smithy/core/client';

export { paginateDescribeStacks, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** CloudFormation's client with the call of the command line: all of its calls would take a third of the time of `list`. */
class CalledCloudFormation extends CloudFormationClient {}
createAggregatedClient({ DescribeStacksCommand }, CalledCloudFormation);

export const CloudFormation = CalledCloudFormation as unknown as new (
  ...config: ConstructorParameters<typeof CloudFormationClient>
) => CloudFormationClient & Pick<AllOfCloudFormation, 'describeStacks'>;
