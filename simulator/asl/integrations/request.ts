import { AwsError } from '../../errors';
import type { Service } from '../../service';
import type { Execution } from '../execution';
import { StatesError } from '../states-error';

/** Refusals that no service models as an exception of its own. */
const UNMODELLED = new Set(['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'UnauthorizedOperation']);

/**
 * Makes a request under the state machine's role. What the service refuses becomes `Prefix.SomeException`, after the
 * exceptions of the SDK for Java, on which Step Functions runs; `baseException` stands for those that are not modelled.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export async function request(
  execution: Execution,
  service: Service,
  operation: string,
  input: object,
  prefix: string,
  baseException: string,
): Promise<unknown> {
  const { account } = execution.region;
  try {
    return await account.endpoint.request(service, operation, input, {
      principalArn: execution.roleArn,
      accountId: account.id,
    });
  } catch (error) {
    if (error instanceof AwsError) {
      // EC2 models no exception at all.
      const isModelled = service.iamPrefix !== 'ec2' && !UNMODELLED.has(error.code);
      const name = !isModelled ? baseException : exceptionName(error.code);
      const details = `Service: ${prefix}, Status Code: ${error.status}, Request ID: ${account.random.uuid()}`;
      throw new StatesError(`${prefix}.${name}`, `${error.message} (${details})`);
    }
    if ((error as Error).name === 'TimeoutError') {
      throw new StatesError(
        `${prefix}.SdkClientException`,
        `Unable to execute HTTP request: ${(error as Error).message}`,
      );
    }
    throw error;
  }
}

/** The SDK for Java ends every exception's name in `Exception`. */
function exceptionName(code: string): string {
  const name = code.replace(/[^A-Za-z0-9]/g, '').replace(/Fault$/, '');
  return name.endsWith('Exception') ? name : `${name}Exception`;
}
