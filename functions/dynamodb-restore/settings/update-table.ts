import { UpdateTableCommand, type UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';

/** A change that is one UpdateTable request. */
export function update(TableName: string, fields: Partial<UpdateTableCommandInput>): () => Promise<unknown> {
  return () => dynamodb.send(new UpdateTableCommand({ TableName, ...fields }));
}
