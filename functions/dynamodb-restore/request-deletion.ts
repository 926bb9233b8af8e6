import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';

/** Asks for a table's deletion. Safe to repeat, also by the SDK whose first request's answer was lost. */
export async function deleteTable(TableName: string): Promise<void> {
  try {
    await dynamodb.send(new DeleteTableCommand({ TableName }));
  } catch (error) {
    const { message } = error as Error;
    // It is going already, or something else still uses it: the next look at it tells.
    if (hasName(error, 'ResourceInUseException')) throw new TransientServiceError(message);
    if (!hasName(error, 'ResourceNotFoundException')) throw error;
  }
}
