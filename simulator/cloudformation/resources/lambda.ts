import { existsSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { SimulatorError } from '../../errors';
import type { FunctionConfiguration } from '../../lambda/container';
import { validationError } from '../parameters';
import { isObject, type Json, type JsonObject } from '../template';
import { compact, number, type ResourceContext, type ResourceType, text } from './resource-type';

const lambdaFunction: ResourceType = {
  properties: [
    'FunctionName',
    'Handler',
    'CodeUri',
    'Environment',
    'Timeout',
    'MemorySize',
    'LoggingConfig',
    'ReservedConcurrentExecutions',
    'DeadLetterConfig',
    'Role',
  ],
  create(context, properties) {
    const functionName = context.name(properties.FunctionName, 64);
    const configuration = configurationOf(context, properties, functionName);
    context.region.lambda.create(configuration);
    return { physicalId: functionName, attributes: { Arn: configuration.functionArn } };
  },
  remove: ({ region }, { attributes }) => region.lambda.remove(attributes.Arn ?? ''),
  update(context, properties, existing) {
    context.region.lambda.update(configurationOf(context, properties, existing.physicalId));
    return existing;
  },
};

function configurationOf(
  context: ResourceContext,
  properties: JsonObject,
  functionName: string,
): FunctionConfiguration {
  return compact({
    functionName,
    functionArn: context.region.arn('lambda', `function:${functionName}`),
    logicalId: context.logicalId,
    entryPoint: entryPoint(context, properties),
    handler: parse(String(properties.Handler)).ext.slice(1),
    environment: environment(properties),
    timeoutSeconds: number(properties.Timeout) ?? 3,
    memorySizeMb: number(properties.MemorySize) ?? 128,
    roleArn: String(properties.Role),
    reservedConcurrency: number(properties.ReservedConcurrentExecutions),
    deadLetterArn: isObject(properties.DeadLetterConfig) ? text(properties.DeadLetterConfig.TargetArn) : undefined,
  });
}

const permission: ResourceType = {
  properties: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
  create(context, properties) {
    context.region.lambda.AddPermission(
      compact({
        FunctionName: String(properties.FunctionName),
        Principal: String(properties.Principal),
        SourceArn: text(properties.SourceArn),
        SourceAccount: text(properties.SourceAccount),
        Action: String(properties.Action),
        StatementId: context.name(undefined, 100),
      }),
    );
    return { physicalId: context.name(undefined, 100), attributes: {} };
  },
  remove: ({ region }, { physicalId, properties }) =>
    region.lambda.removePermission(String(properties.FunctionName), physicalId),
};

const url: ResourceType = {
  properties: ['TargetFunctionArn', 'AuthType', 'InvokeMode'],
  create({ region, logicalId }, { TargetFunctionArn, AuthType, InvokeMode = 'BUFFERED' }) {
    if (AuthType !== 'AWS_IAM' || InvokeMode !== 'BUFFERED')
      throw new SimulatorError(`${logicalId}: a function URL is simulated with AWS_IAM and BUFFERED only.`);
    const FunctionUrl = region.lambda.createUrl(String(TargetFunctionArn));
    return {
      physicalId: String(TargetFunctionArn),
      attributes: { FunctionArn: String(TargetFunctionArn), FunctionUrl },
    };
  },
  remove: ({ region }, { physicalId }) => region.lambda.removeUrl(physicalId),
};

const eventInvokeConfig: ResourceType = {
  properties: ['FunctionName', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig', 'Qualifier'],
  create(context, properties) {
    const name = String(properties.FunctionName);
    const functionArn = name.startsWith('arn:') ? name : context.region.arn('lambda', `function:${name}`);
    context.region.events.asynchronous.configure(
      functionArn,
      compact({
        maximumRetryAttempts: number(properties.MaximumRetryAttempts),
        maximumEventAgeSeconds: number(properties.MaximumEventAgeInSeconds),
        onFailureArn: destination(properties.DestinationConfig, 'OnFailure'),
        onSuccessArn: destination(properties.DestinationConfig, 'OnSuccess'),
      }),
    );
    return { physicalId: context.name(undefined, 100), attributes: {} };
  },
  remove(context, { properties }) {
    const name = String(properties.FunctionName);
    const functionArn = name.startsWith('arn:') ? name : context.region.arn('lambda', `function:${name}`);
    context.region.events.asynchronous.unconfigure(functionArn);
  },
};

const queueMapping: ResourceType = {
  properties: [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
    'Tags',
  ],
  create({ region, logicalId }, properties) {
    const queueArn = String(properties.EventSourceArn);
    if (!queueArn.includes(':sqs:')) throw new SimulatorError(`${logicalId}: only queues are read by functions here.`);
    const name = String(properties.FunctionName);
    const id = region.lambda.queueMappings.create(
      compact({
        queueArn,
        functionArn: name.startsWith('arn:') ? name : region.arn('lambda', `function:${name}`),
        batchSize: number(properties.BatchSize),
        windowSeconds: number(properties.MaximumBatchingWindowInSeconds),
        maximumConcurrency: isObject(properties.ScalingConfig)
          ? number(properties.ScalingConfig.MaximumConcurrency)
          : undefined,
      }),
    );
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: ({ region }, { physicalId }) => region.lambda.queueMappings.remove(physicalId),
};

/** The types of AWS Lambda. */
export const lambdaTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': queueMapping,
  'AWS::Lambda::Url': url,
};

/** The TypeScript source behind a function, as its build would find it. */
function entryPoint(context: ResourceContext, properties: JsonObject): string {
  const { logicalId, metadata } = context;
  const source = resolve(join(context.folder, String(properties.CodeUri ?? '.'), sourcePath(context, properties)));
  if (!existsSync(source)) throw validationError(`The source of ${logicalId} does not exist: ${source}`);
  // One entry point is bundled into one file at the top of the package, under its own name.
  if (metadata.BuildMethod === 'esbuild' && parse(String(properties.Handler)).name !== parse(source).name)
    throw validationError(
      `The Handler of ${logicalId}, ${properties.Handler}, does not name its entry point ${source}`,
    );
  return source;
}

function sourcePath({ logicalId, metadata }: ResourceContext, properties: JsonObject): string {
  // A Makefile finds the source by the handler's path.
  if (metadata.BuildMethod === 'makefile') return String(properties.Handler).replace(/\.[^./]+$/, '.ts');
  if (metadata.BuildMethod !== 'esbuild' || !isObject(metadata.BuildProperties))
    throw new SimulatorError(`${logicalId} needs Metadata with the BuildMethod esbuild or makefile.`);
  const { EntryPoints } = metadata.BuildProperties;
  if (!Array.isArray(EntryPoints) || EntryPoints.length !== 1)
    throw new SimulatorError(`${logicalId} needs exactly one of EntryPoints.`);
  return String(EntryPoints[0]);
}

function environment(properties: JsonObject): Record<string, string> {
  const variables = isObject(properties.Environment) ? properties.Environment.Variables : undefined;
  return Object.fromEntries(
    Object.entries(isObject(variables) ? variables : {}).map(([key, value]) => [key, String(value)]),
  );
}

function destination(config: Json | undefined, outcome: string): string | undefined {
  if (!isObject(config)) return undefined;
  const target = config[outcome];
  return isObject(target) ? text(target.Destination) : undefined;
}
