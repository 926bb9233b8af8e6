import { AwsError } from '../../errors';

export function invalidParameter(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}

/** Refuses what is no ARN at all, as every operation on a topic does. */
export function requireArn(parameter: string, arn: string): void {
  const elements = arn.split(':').length;
  if (elements < 6)
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${elements}`);
}
