import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  CreateStateMachineOutput,
  EncryptionConfiguration,
  EncryptionType,
  LoggingConfiguration,
  LogLevel,
} from '@aws-sdk/client-sfn';
import { validationError } from '../parameters';
import { isObject, type JsonObject } from '../template';
import type { ResourceContext, ResourceType } from './resource-type';

const stateMachine: ResourceType = {
  properties: [
    'StateMachineName',
    'StateMachineType',
    'DefinitionS3Location',
    'DefinitionSubstitutions',
    'EncryptionConfiguration',
    'LoggingConfiguration',
    'RoleArn',
    'Tags',
    'TracingConfiguration',
  ],
  async create(context, properties) {
    const name = context.name(properties.StateMachineName, 80);
    const definition = definitionOf(context, properties);
    const created = await context.call<CreateStateMachineOutput>(context.region.stepFunctions, 'CreateStateMachine', {
      name,
      definition,
      roleArn: String(properties.RoleArn),
      type: String(properties.StateMachineType ?? 'STANDARD'),
      encryptionConfiguration: encryptionOf(properties),
      loggingConfiguration: loggingOf(properties),
    });
    const arn = created.stateMachineArn ?? context.region.arn('states', `stateMachine:${name}`);
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  },
  remove: ({ region }, { physicalId }) => region.stepFunctions.stateMachines.delete(physicalId),
  async update(context, properties, existing) {
    await context.call(context.region.stepFunctions, 'UpdateStateMachine', {
      stateMachineArn: existing.physicalId,
      definition: definitionOf(context, properties),
      roleArn: String(properties.RoleArn),
      encryptionConfiguration: encryptionOf(properties),
      loggingConfiguration: loggingOf(properties),
    });
    return existing;
  },
};

function encryptionOf({ EncryptionConfiguration: declared }: JsonObject): EncryptionConfiguration | undefined {
  if (!isObject(declared)) return undefined;
  const { Type, KmsKeyId, KmsDataKeyReusePeriodSeconds } = declared;
  return {
    type: Type as EncryptionType,
    ...(KmsKeyId !== undefined && { kmsKeyId: String(KmsKeyId) }),
    ...(KmsDataKeyReusePeriodSeconds !== undefined && {
      kmsDataKeyReusePeriodSeconds: Number(KmsDataKeyReusePeriodSeconds),
    }),
  };
}

/** Where the logs go, nothing reads. */
function loggingOf({ LoggingConfiguration: declared }: JsonObject): LoggingConfiguration | undefined {
  return isObject(declared) ? { level: declared.Level as LogLevel } : undefined;
}

/** The file that `sam deploy` would upload: until then DefinitionS3Location is its path beside the template. */
function definitionOf(context: ResourceContext, properties: JsonObject): string {
  const path = resolve(context.folder, String(properties.DefinitionS3Location));
  if (!existsSync(path)) throw validationError(`The definition of ${context.logicalId} does not exist: ${path}`);
  const substitutions = isObject(properties.DefinitionSubstitutions) ? properties.DefinitionSubstitutions : {};
  return substitutePlaceholders(readFileSync(path, 'utf8'), substitutions, context.logicalId);
}

/** The types of AWS Step Functions. */
export const statesTypes: Record<string, ResourceType> = { 'AWS::StepFunctions::StateMachine': stateMachine };

/** Fills in `${Name}`. A placeholder without a substitution, or a substitution without a placeholder, is a mistake. */
function substitutePlaceholders(definition: string, substitutions: Record<string, unknown>, name: string): string {
  const placeholders = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder = '']) => placeholder);
  const unknown = placeholders.filter((placeholder) => !(placeholder in substitutions));
  if (unknown.length > 0)
    throw validationError(`${name}: no DefinitionSubstitutions for ${[...new Set(unknown)].join(', ')}`);
  const unused = Object.keys(substitutions).filter((key) => !placeholders.includes(key));
  if (unused.length > 0) throw validationError(`${name}: unused DefinitionSubstitutions ${unused.join(', ')}`);
  return definition.replace(/\$\{(\w+)\}/g, (_all, placeholder: string) => String(substitutions[placeholder]));
}
