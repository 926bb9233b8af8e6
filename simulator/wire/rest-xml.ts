import type { HttpRequest } from '@smithy/types';
import { SimulatorError } from '../errors';
import type { OperationModel, ServiceModel } from './model';
import { readSimple } from './query';

/**
 * Reads a request to Amazon S3 into its operation and input. The SDK names the operation in the query (`x-id`), the
 * bucket in the host, and sends what it stores as bytes. Operations that send XML are not simulated.
 */
export function decodeRestXml(model: ServiceModel, request: HttpRequest) {
  const name = String(request.query?.['x-id'] ?? '');
  const operation = model.operations.get(name);
  if (!operation) throw new SimulatorError(`${model.serviceId}: ${request.method} ${request.path} is not simulated.`);
  const bucket = /^(.+)\.s3[.-]/.exec(request.hostname)?.[1];
  const path = request.path.slice(1);
  const [Bucket, Key] = bucket ? [bucket, path] : [path.split('/')[0], path.slice(path.indexOf('/') + 1)];
  const input: Record<string, unknown> = { Bucket, Key: decodeURIComponent(Key ?? '') };
  for (const [member, schema] of operation.input.structIterator()) {
    const { httpHeader, httpPayload } = schema.getMergedTraits();
    const value = httpHeader ? request.headers[String(httpHeader).toLowerCase()] : undefined;
    if (value !== undefined) input[member] = readSimple(schema, value);
    if (httpPayload) input[member] = Buffer.from(request.body ?? '');
  }
  return { operation, input };
}

/** The parts of an answer that travel in headers; the answers that are simulated have no body. */
export function restXmlHeaders(operation: OperationModel, output: object): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, schema] of operation.output.structIterator()) {
    const value = (output as Record<string, unknown>)[member];
    if (value === undefined) continue;
    const { httpHeader } = schema.getMergedTraits();
    if (!httpHeader) throw new SimulatorError(`${operation.name}: an answer with a body is not simulated.`);
    headers[String(httpHeader).toLowerCase()] = String(value);
  }
  return headers;
}
