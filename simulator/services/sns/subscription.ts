import type { SubscribeInput } from '@aws-sdk/client-sns';
import { AwsError, SimulatorError } from '../../errors';
import { checkFilterPolicy } from './filter-policy';
import { invalidParameter } from './refusals';

/** A subscription; nothing is delivered to it, listeners stand for the readers of the messages. */
export interface Subscription {
  subscriptionArn: string;
  topicArn: string;
  protocol: string;
  endpoint?: string;
  attributes: Record<string, string>;
  /** Email and HTTP addresses have to confirm first, which does not happen here. */
  pending: boolean;
}

const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'];
const PHONE_NUMBER = /^\+\d+(?:[- ]\d+)*$/;
/** What a subscription without attributes has. */
const DEFAULTS: Record<string, string> = { RawMessageDelivery: 'false', FilterPolicyScope: 'MessageAttributes' };
/** They decide about deliveries, and nothing is delivered. */
const ATTRIBUTES = ['DeliveryPolicy', 'FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];

/** Whether Amazon SNS takes a number for a phone's. */
export const isPhoneNumber = (text: string) => PHONE_NUMBER.test(text);

/** What is asked of a protocol and its address. */
export function checkEndpoint(topicArn: string, { Protocol = '', Endpoint = '' }: SubscribeInput): void {
  if (!Protocol) throw invalidParameter('Protocol');
  if (!PROTOCOLS.includes(Protocol))
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${Protocol}`);
  if (Protocol === 'sms' && !isPhoneNumber(Endpoint))
    throw new AwsError('InvalidParameter', `Invalid SMS endpoint: ${Endpoint}`);
  if (Protocol !== 'sqs') return;
  if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(Endpoint)) throw invalidParameter('SQS endpoint ARN');
  if (Endpoint.endsWith('.fifo') && !topicArn.endsWith('.fifo'))
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
}

/** The attributes of a subscription, as they are kept. */
export function attributesOf({ Attributes = {} }: SubscribeInput): Record<string, string> {
  const unknown = Object.keys(Attributes).find((name) => !ATTRIBUTES.includes(name));
  if (unknown) throw new SimulatorError(`The attribute ${unknown} of an SNS subscription is not simulated.`);
  const { RawMessageDelivery: raw, FilterPolicy: policy, FilterPolicyScope: scope = 'MessageAttributes' } = Attributes;
  if (raw !== undefined && !/^(true|false)$/i.test(raw))
    throw invalidParameter(`Attributes Reason: RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`);
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody')
    throw invalidParameter(
      `Attributes Reason: FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`,
    );
  // An empty one is none.
  if (policy) checkFilterPolicy(policy, scope);
  return raw === undefined ? { ...Attributes } : { ...Attributes, RawMessageDelivery: raw.toLowerCase() };
}

/** Subscribing again is the same subscription, unless it asks for other attributes. */
export function checkSameAttributes(known: Subscription, attributes: Record<string, string>): void {
  const differs = ([name, value]: [string, string]) => value !== (known.attributes[name] ?? DEFAULTS[name]);
  if (Object.entries(attributes).some(differs))
    throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}
