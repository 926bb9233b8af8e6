import type { MessageAttributeValue, PublishInput } from '@aws-sdk/client-sns';
import { AwsError } from '../../errors';
import { invalidParameter } from './refusals';

const MAX_MESSAGE_BYTES = 256 * 1024;
const MAX_NAME_BYTES = 256;
// Printable ASCII that does not start with a space: a subject becomes the subject line of an email.
const SUBJECT = /^[!-~][ -~]*$/;
/** A custom label may follow: `String.Array`. */
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/;

/** What is asked of a message, in the order in which Amazon SNS complains (its words are recorded). */
export function checkMessage(input: PublishInput): void {
  const attributes = input.MessageAttributes ?? {};
  if (!input.Message) throw invalidParameter('Empty message');
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
  if (messageBytes(input.Message, attributes) > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  if (input.Subject !== undefined && (input.Subject.length > 100 || !SUBJECT.test(input.Subject)))
    throw invalidParameter('Subject');
  if (input.MessageStructure === 'json') checkStructure(input.Message);
}

/** The attributes count as well: their names, types and values. */
function messageBytes(message: string, attributes: Record<string, MessageAttributeValue>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + Buffer.byteLength(name + (DataType ?? '') + (StringValue ?? '')) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(message),
  );
}

function checkStructure(message: string): void {
  let texts: { default?: unknown } | null;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  if (typeof texts?.default !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function checkAttribute(name: string, value: MessageAttributeValue): void {
  checkAttributeName(name);
  const { DataType: type } = value;
  if (type === undefined)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
    );
  const [, kind] = DATA_TYPE.exec(type) ?? [];
  if (!kind)
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const isBinary = kind === 'Binary';
  const [given, other] = isBinary ? [value.BinaryValue, value.StringValue] : [value.StringValue, value.BinaryValue];
  if (!given?.length && other?.length)
    throw invalidValue(
      `The message attribute '${name}' with type '${type}' must use field '${isBinary ? 'Binary' : 'String'}'.`,
    );
  if (!given?.length)
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
}

function checkAttributeName(name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidValue('Length of message attribute name must be less than 256 bytes.');
  const [foreign] = /[^\w.-]/.exec(name) ?? [];
  if (foreign)
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${foreign.charCodeAt(0).toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  for (const [end, isThere] of [
    ['starting', name.startsWith('.')],
    ['ending', name.endsWith('.')],
  ] as const)
    if (isThere) throw invalidValue(`Invalid message attribute name ${end} with character '.' was found.`);
  if (name.includes('..')) throw invalidValue("Message attribute name can not have successive '.' character.");
}

function invalidValue(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message);
}
