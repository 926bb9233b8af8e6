import type { JsonObject } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

/**
 * Tables with secondary indexes are created one after the other, each with a `DependsOn` of the one before
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
 */
export const tableIndexes: Check = (project) => {
  const indexed = Object.entries(project.template.Resources).filter(
    ([, { Type, Properties = {} }]) => Type === 'AWS::DynamoDB::Table' && hasIndexes(Properties),
  );
  return indexed.flatMap(([logicalId, { DependsOn = [] }], index) => {
    const before = indexed[index - 1]?.[0];
    if (before === undefined || [DependsOn].flat().includes(before)) return [];
    const message = `${logicalId} has indexes and no DependsOn: ${before}`;
    return [project.finding(TEMPLATE, ['Resources', logicalId], 'table-indexes', message)];
  });
};

function hasIndexes({ GlobalSecondaryIndexes, LocalSecondaryIndexes }: JsonObject): boolean {
  return GlobalSecondaryIndexes !== undefined || LocalSecondaryIndexes !== undefined;
}
