import { SNSClient } from '@aws-sdk/client-sns';

/** SNS in the stack's region: the operator's topic. */
export const notifications = new SNSClient({});
