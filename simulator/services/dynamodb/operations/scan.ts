import type { ScanInput, ScanOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkExpressionUse, checkSupported, checkTableName, required } from '../parameters';
import { scan } from '../reads';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export function Scan(this: DynamoDbState, input: ScanInput): ScanOutput {
  checkTableName(input);
  checkSupported(input, true);
  checkExpressionUse(input, ['FilterExpression', 'ProjectionExpression']);
  return scan(this.usable(required(input, 'TableName')), input);
}

Scan.access = (state: DynamoDbState, input: ScanInput) => itemAccess(state.region, 'Scan', input);
