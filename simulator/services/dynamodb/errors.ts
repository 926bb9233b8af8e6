import { AwsError } from '../../errors';

/** DynamoDB's answer to a request that breaks one of its rules. */
export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A value that is not as the API's model wants it; `member` is its path with small letters, `value` as AWS shows it. */
export function constraint(member: string, value: string | undefined, wanted: string): AwsError {
  const shown = value === undefined ? 'Value' : `Value '${value}'`;
  return validation(
    `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: Member must ${wanted}`,
  );
}

/** As `validation`, with the words that introduce most messages. */
export function invalidParameters(message: string): AwsError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

/** The answer to a request for a table, or a table's item, that does not exist (yet, or any more). */
export function notFound(message = 'Requested resource not found'): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

/** The answer when the table is busy with something else. */
export function inUse(message: string): AwsError {
  return new AwsError('ResourceInUseException', message);
}
