/** A behaviour that an implementation is known not to have. */
export interface Difference {
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
];
