import type { HttpRequest } from '@smithy/types';
import { AwsError } from '../../../errors';
import { decodeRequest, encodeAnswer, encodeError } from '../../../wire/http';
import { type InspectableClient, serviceModel } from '../../../wire/model';

/** What came out of a request of the real SDK. */
interface Received {
  operation: string;
  input: Record<string, unknown>;
}

/**
 * A client of the real SDK whose requests are read back into `received`, and answered with `answer` as the service
 * would write it.
 */
export function wired<C>(sdkPackage: object, Client: new (config: never) => C, answer: object | AwsError = {}) {
  const received: Received[] = [];
  const model = serviceModel(
    new Client({ region: 'eu-west-1' } as never) as InspectableClient,
    sdkPackage as Record<string, unknown>,
  );
  const handle = async (request: HttpRequest) => {
    const { operation, input } = await decodeRequest(model, request);
    received.push({ operation: operation.name, input });
    const response =
      answer instanceof AwsError
        ? encodeError(model, answer, 'request-1')
        : encodeAnswer(model, operation, answer, 'request-1');
    return { response };
  };
  const client = new Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'SIMULATED', secretAccessKey: 'simulated' },
    maxAttempts: 1,
    requestHandler: { metadata: { handlerProtocol: 'http/1.1' }, handle, destroy: () => {} },
  } as never);
  return { client, received };
}

/** An SDK output without what only describes the request. */
export function withoutMetadata({ $metadata: _, ...output }: { $metadata: unknown }): object {
  return output;
}
