import { Service } from '../service';

/** Amazon DynamoDB. */
export class DynamoDb extends Service {
  readonly iamPrefix = 'dynamodb';
}
