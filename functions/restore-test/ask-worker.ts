import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TransientServiceError } from '../shared/errors';
import { RestoreTestFailedError } from './errors';

const FUNCTION_ARN = process.env.COMPARING_FUNCTION_ARN ?? '';
const lambda = new LambdaClient({});

/** Calls the orchestrator of the worker. Throws what it throws; what may pass as TransientServiceError. */
export async function askWorker(event: object): Promise<void> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: FUNCTION_ARN, Payload: JSON.stringify(event) }),
  );
  if (!FunctionError) return;
  const { errorType = FunctionError, errorMessage = '' } = JSON.parse(new TextDecoder().decode(Payload) || '{}') as {
    errorType?: string;
    errorMessage?: string;
  };
  const text = `The worker's orchestrator answered ${errorType}: ${errorMessage}`;
  throw errorType === 'InvalidInputError' ? new RestoreTestFailedError(text) : new TransientServiceError(text);
}
