import { SNSClient } from '@aws-sdk/client-sns';

/** SNS in the stack's region: the operator's topic. One attempt a call: each may be a mail (runs/tell.ts counts them). */
export const notifications = new SNSClient({ maxAttempts: 1 });
