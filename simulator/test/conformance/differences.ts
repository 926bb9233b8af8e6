/** A behaviour that an implementation is known not to have. */
interface Difference {
  implementation: 'simulator' | 'moto';
  suite: string;
  /** The name of the test. */
  behaviour: string;
  reason: string;
}

/** Every difference that is known. The tests named here have to fail: a line that is no longer true shows up. */
export const differences: Difference[] = [
  {
    implementation: 'moto',
    suite: 'SNS',
    behaviour: 'a subject has no line break',
    reason: "moto checks a subject's length only; AWS: API_Publish, Subject",
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'tables are listed in the order of their names, page by page',
    reason: 'moto lists tables in the order of their creation',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'deletion protection keeps a table until it is turned off',
    reason: "the code is the same, the message is moto's own",
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'a key must fit the schema',
    reason: 'moto answers "Validation Exception" when the sort key is missing',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'a key cannot be empty',
    reason: 'moto has the message from before May 2020, when no attribute could be empty',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'a filter cannot name a key of the query',
    reason: 'moto does not check this; AWS: Developer Guide, Filter expressions for the Query operation',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB',
    behaviour: 'a batch cannot write an item twice',
    reason: 'moto finds duplicate puts only; AWS: API_BatchWriteItem, Description',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'several ids that do not exist are named together',
    reason: 'moto names the last of them only',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'an id with the wrong form is malformed',
    reason: 'moto takes any text for an id; AWS: EC2 error codes, InvalidInstanceID.Malformed',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'a call takes at most 200 filter values',
    reason: 'moto counts no filter values; AWS: Using_Filtering, filter limit',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'stopping what is stopped changes nothing',
    reason: 'moto answers with stopping; AWS: the instance has to change its state for that',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'starting what runs changes nothing',
    reason: 'moto answers with pending; AWS: the instance has to change its state for that',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'a terminated instance can be neither stopped nor started',
    reason: 'moto stops it; AWS: EC2 error codes, IncorrectInstanceState',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'a tag key of AWS is refused',
    reason: 'moto takes it; AWS: Using_Tags, tag restrictions',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'what does not exist cannot be tagged',
    reason: 'moto keeps tags of anything; AWS: EC2 error codes, InvalidInstanceID.NotFound',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'the volumes of an instance are found by its id',
    reason: 'moto leaves out DeleteOnTermination of an attachment',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'a snapshot that does not exist cannot be described',
    reason: 'the code is the same, moto has no message',
  },
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'a Spot request that does not exist cannot be described',
    reason: 'moto leaves it out; AWS: EC2 error codes, InvalidSpotInstanceRequestID.NotFound',
  },
  {
    implementation: 'moto',
    suite: 'IAM',
    behaviour: 'the error about a missing role names it',
    reason: "moto's own words",
  },
  {
    implementation: 'moto',
    suite: 'IAM',
    behaviour: 'a role needs a trust policy that is JSON',
    reason: 'moto takes any text; AWS: API_CreateRole, MalformedPolicyDocument',
  },
  {
    implementation: 'moto',
    suite: 'IAM',
    behaviour: "a role's name has no blanks",
    reason: 'moto takes any name; AWS: API_CreateRole, RoleName',
  },
  {
    implementation: 'moto',
    suite: 'IAM',
    behaviour: 'an inline policy that does not exist cannot be read',
    reason: "the code is the same, the message is moto's own",
  },
  {
    implementation: 'moto',
    suite: 'IAM',
    behaviour: 'a policy of AWS is attached once, however often it is asked for',
    reason: 'moto has no policies of AWS unless it reads them all',
  },
  {
    implementation: 'moto',
    suite: 'STS',
    behaviour: 'a role cannot be assumed for less than a quarter of an hour',
    reason: 'moto takes any time; AWS: API_AssumeRole, DurationSeconds',
  },
  {
    implementation: 'moto',
    suite: 'STS',
    behaviour: 'a role that does not exist cannot be assumed',
    reason: 'moto does not look for the role',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a command comes to success on every instance',
    reason: 'moto adds every instance of the account to the ids of a command',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'commands are found by the instance',
    reason: 'moto adds every instance of the account to the ids of a command',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'an invocation of an instance that was not asked does not exist',
    reason: 'moto adds every instance of the account to the ids of a command',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'an invocation of a command that does not exist does not exist',
    reason: 'moto answers InvalidCommandId; AWS: API_GetCommandInvocation, InvocationDoesNotExist',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'invocations of a command that does not exist cannot be listed',
    reason: 'moto has no ListCommandInvocations',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a command that does not exist cannot be cancelled',
    reason: 'moto has no CancelCommand',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a cancelled command runs nowhere any more',
    reason: 'moto has no CancelCommand',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'an instance that SSM does not manage is refused',
    reason: 'moto checks no instance; AWS: API_SendCommand, InvalidInstanceId',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a document that does not exist is refused',
    reason: 'moto checks no document; AWS: API_SendCommand, InvalidDocument',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a command takes at most 50 ids',
    reason: 'moto checks no limit; AWS: API_SendCommand, InstanceIds',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a delivery timeout has at least 30 seconds',
    reason: 'moto checks no limit; AWS: API_SendCommand, TimeoutSeconds',
  },
  {
    implementation: 'moto',
    suite: 'SSM',
    behaviour: 'a comment has at most 100 characters',
    reason: 'moto checks no limit; AWS: API_SendCommand, Comment',
  },
  {
    implementation: 'moto',
    suite: 'EventBridge',
    behaviour: 'a pattern finds its fields within one element of a list',
    reason: 'moto looks into no list of objects; AWS: eb-event-patterns-arrays, and the open-source Event Ruler',
  },
  {
    implementation: 'moto',
    suite: 'EventBridge',
    behaviour: 'a rule refuses an unknown comparison',
    reason: 'moto takes any comparison; AWS: API_PutRule, InvalidEventPatternException',
  },
  {
    implementation: 'moto',
    suite: 'EventBridge',
    behaviour: 'a rule has at most five targets',
    reason: 'moto counts no targets; AWS: EventBridge quotas',
  },
  {
    implementation: 'moto',
    suite: 'EventBridge',
    behaviour: 'a custom event cannot name an AWS service as its source',
    reason: 'moto takes any source; AWS: API_PutEventsRequestEntry, Source',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'a list of backups has pages',
    reason: 'moto ignores Limit',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'a restore changes billing and indexes when the request says so',
    reason: 'moto ignores the overrides',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'a restore to a point in time needs a source and a free name',
    reason: 'moto calls it SourceTableNotFoundException; AWS: API_RestoreTableToPointInTime, Errors',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'a restore to a point in time needs recovery to be on',
    reason: 'moto does not check this',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'a restore to a time outside the window is refused',
    reason: 'moto ignores the time',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB backups',
    behaviour: 'the deletion of a table with point-in-time recovery leaves a system backup',
    reason: 'moto makes none; AWS: Developer Guide, Point-in-time recovery',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB table settings',
    behaviour: 'a table is encrypted with another key',
    reason: 'moto ignores SSESpecification in UpdateTable; AWS: API_UpdateTable',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB table settings',
    behaviour: 'a table is billed by request, and then has no capacity',
    reason: 'moto keeps the capacity; AWS: API_BillingModeSummary',
  },
  {
    implementation: 'moto',
    suite: 'DynamoDB table settings',
    behaviour: 'the class of a table changes',
    reason: 'moto ignores TableClass in UpdateTable; AWS: API_UpdateTable',
  },
];
