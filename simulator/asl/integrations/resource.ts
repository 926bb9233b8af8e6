import { SimulatorError } from '../../errors';
import type { Execution } from '../execution';
import type { Json, JsonObject } from '../payload';
import type { Scope } from '../scope';
import { callAwsSdk, isSimulated } from './aws-sdk';
import { invokeLambda } from './lambda';
import { completeExecution, startExecution } from './start-execution';

/** How a Task state uses a service. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html */
export interface Integration {
  pattern: 'requestResponse' | 'sync' | 'waitForTaskToken';
  /** As in the history: `lambda` and `invoke.waitForTaskToken`. */
  resourceType: string;
  resource: string;
  /** Makes the request. Throws StatesErrors; anything else ends the run. */
  call(execution: Execution, args: JsonObject): Promise<Json>;
  /** Waits for the job that the request started, and stops it when `scope` is cancelled. */
  completion?(execution: Execution, response: JsonObject, scope: Scope): Promise<Json>;
}

const RESOURCE =
  /^arn:aws(?:-cn|-us-gov)?:states:::(aws-sdk:)?([a-z0-9]+):([A-Za-z]+)(\.sync:2|\.sync|\.waitForTaskToken)?$/;
const DYNAMODB_OPERATIONS = new Set(['getItem', 'putItem', 'updateItem', 'deleteItem']);

/** The integration that a `Resource` names; throws a SimulatorError for one that is not simulated. */
export function integrationFor(arn: string): Integration {
  const known = integrations.get(arn);
  if (known) return known;
  const integration = parseResource(arn);
  if (!integration) throw new SimulatorError(`The Task resource ${arn} is not simulated.`);
  integrations.set(arn, integration);
  return integration;
}

const integrations = new Map<string, Integration>();

function parseResource(arn: string): Integration | undefined {
  const [, sdk, service = '', operation = '', suffix = ''] = RESOURCE.exec(arn) ?? [];
  const resourceType = sdk ? `aws-sdk:${service}` : service;
  const waits = suffix === '.waitForTaskToken';
  const base = {
    pattern: waits ? ('waitForTaskToken' as const) : ('requestResponse' as const),
    resourceType,
    resource: `${operation}${suffix}`,
  };
  if (suffix !== '' && !waits) {
    if (resourceType !== 'states' || operation !== 'startExecution' || suffix !== '.sync:2') return undefined;
    return { ...base, pattern: 'sync', call: startExecution, completion: completeExecution };
  }
  if (resourceType === 'lambda' && operation === 'invoke') return { ...base, call: invokeLambda };
  if (resourceType === 'states' && operation === 'startExecution') return { ...base, call: startExecution };
  const optimized =
    (service === 'sns' && operation === 'publish') || (service === 'dynamodb' && DYNAMODB_OPERATIONS.has(operation));
  if (sdk ? !isSimulated(service) : !optimized || (waits && service !== 'sns')) return undefined;
  return { ...base, call: (execution, args) => callAwsSdk(execution, service, operation, args, !sdk) };
}
