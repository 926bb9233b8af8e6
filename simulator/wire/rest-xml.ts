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

/** The parts of an answer: headers, and the member that is the whole body. Answers in XML are not simulated. */
export function restXmlAnswer(
  operation: OperationModel,
  output: object,
): { headers: Record<string, string>; body: Uint8Array } {
  const headers: Record<string, string> = {};
  let body: Uint8Array = new Uint8Array();
  for (const [member, schema] of operation.output.structIterator()) {
    const value = (output as Record<string, unknown>)[member];
    if (value === undefined) continue;
    const { httpHeader, httpPayload } = schema.getMergedTraits();
    if (httpPayload) body = value as Uint8Array;
    else if (httpHeader) headers[String(httpHeader).toLowerCase()] = String(value);
    else throw new SimulatorError(`${operation.name}: an answer in XML is not simulated.`);
  }
  return { headers, body };
}
