import { JsonCodec2, XmlCodec } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { SimulatorError } from '../errors';

type Schema = Parameters<typeof NormalizedSchema.of>[0];
export type Protocol = 'json' | 'restJson' | 'restXml' | 'query' | 'ec2';

export interface OperationModel {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** restJson only; `segments` is the path's template, e.g. `backup-jobs`, `{BackupJobId}`. */
  http?: { method: string; segments: string[]; status: number };
}

/** What the SDK itself knows of a service: its protocol and the schema of every operation, read from the client package. */
export interface ServiceModel {
  serviceId: string;
  protocol: Protocol;
  operations: Map<string, OperationModel>;
  errorSchema(code: string): NormalizedSchema | undefined;
  /** The whole names of exceptions by their codes in the query protocol, for a service that once spoke it. */
  queryErrors: Map<string, string>;
  json: JsonCodec2;
  xml: XmlCodec;
}

/** The part of an SDK client that the simulator looks into. */
export interface InspectableClient {
  config: {
    serviceId: string;
    protocol: { getShapeId(): string };
    protocolSettings?: unknown;
    maxAttempts: unknown;
    retryMode: unknown;
  };
}

const PROTOCOLS: Record<string, Protocol> = {
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#restJson1': 'restJson',
  'aws.protocols#restXml': 'restXml',
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#ec2Query': 'ec2',
};

// The SDK's operation schemas are arrays that begin with this mark: [9, namespace, name, traits, input, output].
const OPERATION_MARK = 9;
const models = new Map<string, ServiceModel>();

/** Builds the model of a service from its SDK package (`require('@aws-sdk/client-…')`); built once per service. */
export function serviceModel(client: InspectableClient, sdkPackage: Record<string, unknown>): ServiceModel {
  const { serviceId } = client.config;
  const known = models.get(serviceId);
  if (known) return known;
  const protocol = PROTOCOLS[client.config.protocol.getShapeId()];
  if (!protocol)
    throw new SimulatorError(`${serviceId} speaks ${client.config.protocol.getShapeId()}, which is not simulated.`);
  const operations = new Map<string, OperationModel>();
  const queryErrors = new Map<string, string>();
  for (const value of Object.values(sdkPackage)) {
    if (!Array.isArray(value)) continue;
    const [mark, namespace, name, traits, input, output] = value;
    if (traits?.awsQueryError) queryErrors.set(traits.awsQueryError[0], `${namespace}#${name}`);
    if (mark !== OPERATION_MARK) continue;
    operations.set(name, {
      name,
      input: NormalizedSchema.of(input),
      output: NormalizedSchema.of(output),
      http: traits?.http && {
        method: traits.http[0],
        segments: segmentsOf(traits.http[1]),
        status: traits.http[2],
      },
    });
  }
  const model: ServiceModel = {
    serviceId,
    protocol,
    operations,
    queryErrors,
    errorSchema: (code) => {
      const schema = sdkPackage[`${code}$`] as Schema | undefined;
      return schema ? NormalizedSchema.of(schema) : undefined;
    },
    // 7 = epoch seconds, 5 = RFC 3339: the default timestamp formats of the JSON and the query protocols.
    json: new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: protocol === 'restJson' }),
    xml: new XmlCodec({ timestampFormat: { useTrait: true, default: 5 }, xmlNamespace: '', serviceNamespace: '' }),
  };
  const context = client.config as unknown as Parameters<JsonCodec2['setSerdeContext']>[0];
  model.json.setSerdeContext(context);
  model.xml.setSerdeContext(context);
  models.set(serviceId, model);
  return model;
}

/** The parts of a path, without its query. */
export function segmentsOf(path: string): string[] {
  return path.split('?')[0]?.replace(/\/$/, '').split('/') ?? [];
}
