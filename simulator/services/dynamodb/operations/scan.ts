import type { ScanInput, ScanOutput } from '@aws-sdk/client-dynamodb';
import { checkExpressionUse, checkSupported, required } from '../parameters';
import { scan } from '../reads';
import type { DynamoDbState } from '../state';

export function Scan(this: DynamoDbState, input: ScanInput): ScanOutput {
  checkSupported(input, true);
  checkExpressionUse(input, ['FilterExpression', 'ProjectionExpression']);
  return scan(this.usable(required(input, 'TableName')), input);
}
