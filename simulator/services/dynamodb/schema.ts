import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { SimulatorError } from '../../errors';
import { constraint, invalidParameters, validation } from './errors';
import { LONGEST_NAME, NAME } from './parameters';
import type { TableSettings } from './table';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html */
const MOST_KEYS_OF_INDEX = 8;

/** Checks a request for a new table and gives its settings, or throws a ValidationException. */
export function settingsOf(input: CreateTableInput): TableSettings {
  const name = newName(input.TableName);
  const definitions = input.AttributeDefinitions ?? [];
  const schema = input.KeySchema ?? [];
  const locals = input.LocalSecondaryIndexes;
  const globals = input.GlobalSecondaryIndexes;
  checkEnums(schema, definitions);
  for (const [list, indexes] of Object.entries({ globalSecondaryIndexes: globals, localSecondaryIndexes: locals }))
    for (const [index, { KeySchema = [] }] of (indexes ?? []).entries())
      checkKeyTypes(KeySchema, `${list}.${index + 1}.member.keySchema`);
  checkThroughput(input);
  checkKeySchema(schema, definitions);
  checkLocalIndexes(locals, schema, definitions);
  checkGlobalIndexes(globals, definitions, input.BillingMode);
  checkDefinitionsAreUsed(definitions, [
    schema,
    ...[...(locals ?? []), ...(globals ?? [])].map((index) => index.KeySchema ?? []),
  ]);
  checkDuplicates([...(locals ?? []), ...(globals ?? [])]);
  return structuredClone({
    TableName: name,
    KeySchema: schema,
    AttributeDefinitions: definitions,
    BillingMode: input.BillingMode ?? 'PROVISIONED',
    ProvisionedThroughput: input.ProvisionedThroughput,
    OnDemandThroughput: input.OnDemandThroughput,
    GlobalSecondaryIndexes: globals ?? [],
    LocalSecondaryIndexes: locals ?? [],
    StreamSpecification: input.StreamSpecification,
    SSESpecification: input.SSESpecification,
    TableClass: input.TableClass,
    WarmThroughput: input.WarmThroughput,
    DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
  });
}

/** The name of a new table; DynamoDB's model is asked before its rules. */
function newName(name: string | undefined): string {
  if (name === undefined) throw validation("The parameter 'TableName' is required but was not present in the request");
  if (name.length < 3) throw constraint('tableName', name, 'have length greater than or equal to 3');
  if (name.length > LONGEST_NAME)
    throw constraint('tableName', name, `have length less than or equal to ${LONGEST_NAME}`);
  checkName('TableName', name);
  return name;
}

function checkEnums(schema: KeySchemaElement[], definitions: AttributeDefinition[]): void {
  checkKeyTypes(schema, 'keySchema');
  for (const [index, { AttributeType = '' }] of definitions.entries())
    if (!['B', 'N', 'S'].includes(AttributeType))
      throw constraint(
        `attributeDefinitions.${index + 1}.member.attributeType`,
        AttributeType,
        'satisfy enum value set: [B, N, S]',
      );
}

function checkKeyTypes(schema: KeySchemaElement[], member: string): void {
  for (const [index, { KeyType = '' }] of schema.entries())
    if (!['HASH', 'RANGE'].includes(KeyType))
      throw constraint(`${member}.${index + 1}.member.keyType`, KeyType, 'satisfy enum value set: [HASH, RANGE]');
}

/** A name of a table or an index: 3 to 255 letters, digits, `_`, `-` and `.`. */
export function checkName(parameter: string, name: string): void {
  if (name.length < 3 || name.length > LONGEST_NAME) {
    throw validation(`${parameter} must be at least 3 characters long and at most ${LONGEST_NAME} characters long`);
  }
  if (!NAME.test(name)) {
    const member = `${parameter.charAt(0).toLowerCase()}${parameter.slice(1)}`;
    throw validation(
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  }
}

function checkThroughput(input: CreateTableInput): void {
  const throughput = input.ProvisionedThroughput;
  if (input.BillingMode === 'PAY_PER_REQUEST' && throughput) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (input.BillingMode !== 'PAY_PER_REQUEST' && !(throughput?.ReadCapacityUnits && throughput.WriteCapacityUnits)) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
}

function checkKeySchema(schema: KeySchemaElement[], definitions: AttributeDefinition[]): void {
  const names = schema.map((element) => element.AttributeName);
  const defined = definitions.map((definition) => definition.AttributeName);
  const shown = schema.map(
    ({ AttributeName, KeyType }) => `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  if (names.length < 1) throw constraint('keySchema', '[]', 'have length greater than or equal to 1');
  if (names.length > 2) throw constraint('keySchema', `[${shown.join(', ')}]`, 'have length less than or equal to 2');
  if (names.some((name) => !defined.includes(name))) {
    throw invalidParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (names[0] === names[1]) {
    throw validation('Invalid KeySchema: Some index key attribute have no definition');
  }
  if (schema[0]?.KeyType !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (schema[1] && schema[1].KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
}

function checkLocalIndexes(
  indexes: LocalSecondaryIndex[] | undefined,
  schema: KeySchemaElement[],
  definitions: AttributeDefinition[],
): void {
  if (!indexes) return;
  if (indexes.length === 0) throw invalidParameters('List of LocalSecondaryIndexes is empty');
  if (indexes.length > 5) {
    throw invalidParameters('Number of LocalSecondaryIndexes exceeds per-table limit of 5');
  }
  if (schema.length !== 2) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  for (const index of indexes) {
    checkIndex(index, definitions);
    const [hash, range] = index.KeySchema ?? [];
    if (!range) {
      throw invalidParameters(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
    }
    if (hash?.AttributeName !== schema[0]?.AttributeName) {
      throw invalidParameters(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${hash?.AttributeName}, table hash key: ${schema[0]?.AttributeName}`,
      );
    }
  }
}

function checkGlobalIndexes(
  indexes: GlobalSecondaryIndex[] | undefined,
  definitions: AttributeDefinition[],
  billingMode: string | undefined,
): void {
  if (!indexes) return;
  if (indexes.length === 0) throw invalidParameters('List of GlobalSecondaryIndexes is empty');
  if (indexes.length > 20) throw invalidParameters('GlobalSecondaryIndex count exceeds the per-table limit of 20');
  for (const index of indexes) checkGlobalIndex(index, definitions, billingMode);
}

/** Checks one global secondary index, of a new table or of an update. */
export function checkGlobalIndex(
  index: GlobalSecondaryIndex,
  definitions: AttributeDefinition[],
  billingMode: string | undefined,
): void {
  const keys = index.KeySchema?.length ?? 0;
  if (keys > 2 && keys <= MOST_KEYS_OF_INDEX)
    throw new SimulatorError('Global secondary indexes with several attributes in a key are not simulated.');
  checkIndex(index, definitions);
  if (billingMode === 'PAY_PER_REQUEST' && index.ProvisionedThroughput) {
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${index.IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (billingMode !== 'PAY_PER_REQUEST' && !index.ProvisionedThroughput) {
    throw invalidParameters(`ProvisionedThroughput must be specified for index: ${index.IndexName}`);
  }
}

function checkIndex(index: LocalSecondaryIndex, definitions: AttributeDefinition[]): void {
  checkName('IndexName', index.IndexName ?? '');
  checkKeySchema(index.KeySchema ?? [], definitions);
  const type = index.Projection?.ProjectionType;
  if (type === undefined) throw invalidParameters('Unknown ProjectionType: null');
  if (index.Projection?.NonKeyAttributes && type !== 'INCLUDE') {
    throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
}

function checkDefinitionsAreUsed(definitions: AttributeDefinition[], schemas: KeySchemaElement[][]): void {
  const used = new Set(schemas.flat().map((element) => element.AttributeName));
  if (definitions.every((definition) => used.has(definition.AttributeName))) return;
  if (schemas.length === 1) {
    throw invalidParameters(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const names = definitions.map((definition) => definition.AttributeName);
  throw invalidParameters(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}

function checkDuplicates(indexes: LocalSecondaryIndex[]): void {
  const names = new Set<string | undefined>();
  for (const { IndexName } of indexes) {
    if (names.has(IndexName)) throw invalidParameters(`Duplicate index name: ${IndexName}`);
    names.add(IndexName);
  }
}
