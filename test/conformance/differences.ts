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
  {
    implementation: 'moto',
    suite: 'EC2',
    behaviour: 'several ids that nobody has are named together',
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
];
