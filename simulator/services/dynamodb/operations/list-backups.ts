import type { ListBackupsInput, ListBackupsOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { type DynamoDbState, nameIn } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html */
export function ListBackups(this: DynamoDbState, input: ListBackupsInput): ListBackupsOutput {
  return this.backups.list(input, input.TableName === undefined ? undefined : nameIn(input.TableName));
}

ListBackups.access = (): Access[] => [{ action: 'dynamodb:ListBackups', resource: '*' }];
