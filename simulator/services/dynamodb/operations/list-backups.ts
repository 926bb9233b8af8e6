import type { ListBackupsInput, ListBackupsOutput } from '@aws-sdk/client-dynamodb';
import { type DynamoDbState, nameIn } from '../state';

export function ListBackups(this: DynamoDbState, input: ListBackupsInput): ListBackupsOutput {
  return this.backups.list(input, input.TableName === undefined ? undefined : nameIn(input.TableName));
}
