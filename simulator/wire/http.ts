import type { NormalizedSchema } from '@smithy/core/schema';
import type { HttpRequest } from '@smithy/types';
import { type AwsError, SimulatorError } from '../errors';
import { type OperationModel, type ServiceModel, segmentsOf } from './model';
import { readQuery, readSimple } from './query';
import { decodeRestXml, restXmlAnswer } from './rest-xml';

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

interface DecodedRequest {
  operation: OperationModel;
  input: Record<string, unknown>;
}

/** Reads an SDK client's HTTP request into the operation and its typed input. */
export async function decodeRequest(model: ServiceModel, request: HttpRequest): Promise<DecodedRequest> {
  if (model.protocol === 'restXml') return decodeRestXml(model, request);
  const body = textOf(request.body ?? '');
  if (model.protocol === 'restJson') return decodeRest(model, request, body);
  if (model.protocol === 'json') {
    const name = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
    const operation = operationNamed(model, name);
    return { operation, input: (await model.json.createDeserializer().read(operation.input, body)) ?? {} };
  }
  const operation = operationNamed(model, new URLSearchParams(body).get('Action') ?? '');
  return { operation, input: operation.input.isUnitSchema() ? {} : readQuery(operation.input, body, model.protocol) };
}

async function decodeRest(model: ServiceModel, request: HttpRequest, body: string): Promise<DecodedRequest> {
  const match = matchPath(model, request.method, request.path);
  if (!match) throw new SimulatorError(`${model.serviceId} has no operation for ${request.method} ${request.path}.`);
  const { operation, labels } = match;
  if (operation.input.isUnitSchema()) return { operation, input: {} };
  const hasPayload = payloadOf(operation.input) !== undefined;
  const input: Record<string, unknown> =
    body && !hasPayload ? await model.json.createDeserializer().read(operation.input, body) : {};
  for (const [name, member] of operation.input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpPayload && body) input[name] = Buffer.from(body, 'utf8');
    const header = traits.httpHeader && request.headers[String(traits.httpHeader).toLowerCase()];
    if (header) input[name] = readSimple(member, header);
    if (traits.httpLabel) input[name] = readSimple(member, labels[name] ?? '');
    if (traits.httpQuery) {
      const value = request.query?.[String(traits.httpQuery)];
      if (value === undefined || value === null) continue;
      const values = Array.isArray(value) ? value : [value];
      input[name] = member.isListSchema()
        ? values.map((text) => readSimple(member.getValueSchema(), text))
        : readSimple(member, values[0] ?? '');
    }
  }
  return { operation, input };
}

function matchPath(model: ServiceModel, method: string, path: string) {
  const segments = segmentsOf(path);
  let best: { operation: OperationModel; labels: Record<string, string> } | undefined;
  for (const operation of model.operations.values()) {
    if (!operation.http || operation.http.method !== method) continue;
    const { segments: template } = operation.http;
    if (template.length !== segments.length) continue;
    const labels: Record<string, string> = {};
    const fits = template.every((part, index) => {
      const segment = segments[index] ?? '';
      if (!part.startsWith('{')) return part === segment;
      labels[part.slice(1, -1)] = decodeURIComponent(segment);
      return segment !== '';
    });
    // A literal path is more specific than one with labels: /backup-jobs/{id} against /backup-jobs/summaries.
    if (fits && (!best || Object.keys(labels).length < Object.keys(best.labels).length)) best = { operation, labels };
  }
  return best;
}

function operationNamed(model: ServiceModel, name: string): OperationModel {
  const operation = model.operations.get(name);
  if (!operation) throw new SimulatorError(`${model.serviceId} has no operation ${name}.`);
  return operation;
}

/** Writes an operation's output as the service would. */
export function encodeAnswer(
  model: ServiceModel,
  operation: OperationModel,
  output: unknown,
  requestId: string,
): HttpAnswer {
  const value = output ?? {};
  if (model.protocol === 'restJson' && payloadOf(operation.output)) return encodePayload(operation, value, requestId);
  if (model.protocol === 'json' || model.protocol === 'restJson') {
    const text = operation.output.isUnitSchema() ? '' : writeJson(model, operation.output, value);
    return answer(operation.http?.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' }, text, requestId);
  }
  if (model.protocol === 'restXml') {
    const { headers, body } = restXmlAnswer(operation, value);
    return { ...answer(operation.http?.status ?? 200, headers, '', requestId), body };
  }
  const fields = operation.output.isUnitSchema() ? '<Empty/>' : writeXml(model, operation.output, value);
  const name = model.protocol === 'ec2' ? `${operation.name}Response` : `${operation.name}Result`;
  const result = renameRoot(fields, name);
  const text = model.protocol === 'ec2' ? result : `<${operation.name}Response>${result}</${operation.name}Response>`;
  return answer(200, { 'content-type': 'text/xml' }, text, requestId);
}

/** The member that is the whole body, as the payload of Lambda's Invoke is. */
function payloadOf(schema: NormalizedSchema): string | undefined {
  if (!schema.isStructSchema()) return undefined;
  return [...schema.structIterator()].find(([, member]) => member.getMergedTraits().httpPayload)?.[0];
}

function encodePayload(operation: OperationModel, value: object, requestId: string): HttpAnswer {
  const members = value as Record<string, unknown>;
  const headers: Record<string, string> = {};
  for (const [name, member] of operation.output.structIterator()) {
    const { httpHeader } = member.getMergedTraits();
    if (httpHeader && members[name] !== undefined) headers[String(httpHeader).toLowerCase()] = String(members[name]);
  }
  const body = Buffer.from((members[payloadOf(operation.output) ?? ''] as Uint8Array | undefined) ?? '');
  return { statusCode: operation.http?.status ?? 200, headers: { ...headers, 'x-amzn-requestid': requestId }, body };
}

/** Whose fault a refusal is, in the query protocols. */
const senderOf = ({ status }: AwsError) => (status < 500 ? 'Sender' : 'Receiver');

/** Writes a refusal as the service would, so that the SDK builds its own exception class from it. */
export function encodeError(model: ServiceModel, error: AwsError, requestId: string): HttpAnswer {
  if (model.protocol === 'json' || model.protocol === 'restJson') {
    const name = model.queryErrors.get(error.code) ?? error.code;
    const schema = model.errorSchema(error.code);
    const fields =
      schema && Object.keys(error.fields).length ? JSON.parse(writeJson(model, schema, error.fields)) : error.fields;
    const text = JSON.stringify({ ...fields, __type: name, message: error.message, Message: error.message });
    return answer(
      error.status,
      {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-errortype': name,
        ...(name !== error.code && { 'x-amzn-query-error': `${error.code};${senderOf(error)}` }),
      },
      text,
      requestId,
    );
  }
  if (model.protocol === 'restXml') {
    const text = `<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
    return answer(error.status, { 'content-type': 'application/xml' }, text, requestId);
  }
  const body = `<Error><Type>${senderOf(error)}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
  const text =
    model.protocol === 'ec2'
      ? `<Response><Errors>${body}</Errors><RequestID>${requestId}</RequestID></Response>`
      : `<ErrorResponse>${body}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return answer(error.status, { 'content-type': 'text/xml' }, text, requestId);
}

function answer(statusCode: number, headers: Record<string, string>, text: string, requestId: string): HttpAnswer {
  return { statusCode, headers: { ...headers, 'x-amzn-requestid': requestId }, body: Buffer.from(text, 'utf8') };
}

function writeJson(model: ServiceModel, schema: OperationModel['output'], value: unknown): string {
  const serializer = model.json.createSerializer();
  serializer.write(schema, value);
  return textOf(serializer.flush());
}

const decoder = new TextDecoder();

/** Bodies are text or bytes; the SDK's own byte arrays complain when they are taken for text. */
function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : decoder.decode(body);
}

function writeXml(model: ServiceModel, schema: OperationModel['output'], value: unknown): string {
  const serializer = model.xml.createSerializer();
  serializer.write(schema, value);
  return String(serializer.flush());
}

function renameRoot(xml: string, name: string): string {
  const root = /^<([^\s/>]+)/.exec(xml)?.[1] ?? '';
  const opened = `<${name}${xml.slice(root.length + 1)}`;
  return opened.endsWith(`</${root}>`) ? `${opened.slice(0, -root.length - 1)}${name}>` : opened;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
