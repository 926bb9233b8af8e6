import { SFNClient } from '@aws-sdk/client-sfn';

/** Step Functions in the stack's region: task tokens and executions. */
export const stepFunctions = new SFNClient({});
