import { SimulatorError } from '../../errors';
import { constraint, validation } from './errors';
import type { ExpressionParameters } from './expressions';

// The parameters that expressions replaced, and what nothing here counts.
const UNSUPPORTED = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
  'GlobalTableSettingsReplicationMode',
  'GlobalTableSourceArn',
  'GlobalTableWitnessUpdates',
  'MultiRegionConsistency',
  'ReplicaUpdates',
  'ResourcePolicy',
  'VectorIndexOverride',
];

const EXPRESSIONS: (keyof ExpressionParameters)[] = [
  'ProjectionExpression',
  'UpdateExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
];

/** Ends the run when a request asks for what is not simulated; `counted`: the consumed capacity is. */
export function checkSupported(input: object, counted = false): void {
  const members = input as Record<string, unknown>;
  for (const name of UNSUPPORTED) {
    if (members[name] !== undefined) throw new SimulatorError(`DynamoDB's parameter ${name} is not simulated.`);
  }
  for (const name of ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics']) {
    const isCounted = counted && name === 'ReturnConsumedCapacity' && members[name] === 'TOTAL';
    if (members[name] !== undefined && members[name] !== 'NONE' && !isCounted) {
      throw new SimulatorError(`DynamoDB's parameter ${name} is not simulated.`);
    }
  }
}

/** The name of a table or an index. */
export const NAME = /^[a-zA-Z0-9_.-]+$/;
export const LONGEST_NAME = 255;

/** The name of a table in a request for its items; an ARN may stand in its place. It is looked at before anything else. */
export function checkTableName({ TableName: name }: { TableName?: string }): void {
  if (name === undefined || name.startsWith('arn:')) return;
  if (name === '') throw constraint('tableName', name, 'have length greater than or equal to 1');
  if (name.length > LONGEST_NAME)
    throw constraint('tableName', name, `have length less than or equal to ${LONGEST_NAME}`);
  if (!NAME.test(name))
    throw constraint('tableName', name, `satisfy regular expression pattern: ${NAME.source.slice(1, -1)}`);
}

/** The value of a parameter that AWS insists on. */
export function required<T, K extends keyof T & string>(input: T, name: K): NonNullable<T[K]> {
  const value = input[name];
  if (value === undefined || value === null) {
    throw validation(
      `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** Names and values are of no use without an expression: AWS refuses them. */
export function checkExpressionUse(input: ExpressionParameters, allowed: (keyof ExpressionParameters)[]): void {
  if (EXPRESSIONS.some((name) => input[name] !== undefined)) return;
  if (input.ExpressionAttributeNames) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  }
  if (input.ExpressionAttributeValues) {
    const names = allowed.filter((name) => name !== 'ProjectionExpression');
    throw validation(
      `ExpressionAttributeValues can only be specified when using expressions: ${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} null`,
    );
  }
}
