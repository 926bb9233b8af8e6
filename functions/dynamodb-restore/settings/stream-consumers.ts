import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { hasName } from '../../shared/error-name';
import { type SettingChange, type Situation, sorted, type TableSetting } from './table-setting';

export interface Consumers {
  eventSourceMappings: EventSourceMappingConfiguration[];
}

export const lambda = new LambdaClient({});

/** Lambda's event source mappings of the table's stream. */
export const streamConsumers: TableSetting<Consumers> = {
  name: 'stream consumer',
  read: async ({ LatestStreamArn }) => ({
    eventSourceMappings: LatestStreamArn ? await mappingsOf(LatestStreamArn) : [],
  }),
  changes: async (situation) => [...replacements(situation), ...(await formerConsumers(situation))],
  comparable: ({ eventSourceMappings }) => sorted(eventSourceMappings.map(comparableMapping)),
};

/** Lambda's mappings of a stream. Reads only. */
export async function mappingsOf(EventSourceArn: string): Promise<EventSourceMappingConfiguration[]> {
  const mappings: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client: lambda }, { EventSourceArn }))
    mappings.push(...(page.EventSourceMappings ?? []));
  return JSON.parse(JSON.stringify(mappings));
}

/** A new stream has a new ARN, and a mapping cannot be moved: each mapping is replaced by one of the new stream. */
function replacements({ wanted, now }: Situation<Consumers>): SettingChange[] {
  const { streamArn } = now;
  const isThere = ({ FunctionArn }: EventSourceMappingConfiguration) =>
    now.eventSourceMappings.some((other) => other.FunctionArn === FunctionArn);
  if (!streamArn) return [];
  return wanted.eventSourceMappings
    .filter((mapping) => !isThere(mapping) && mapping.EventSourceArn !== streamArn)
    .map((mapping) => ({
      what: `stream consumer ${mapping.FunctionArn}`,
      apply: () => createOnce(creationOf(mapping, streamArn)),
    }));
}

function creationOf(mapping: EventSourceMappingConfiguration, EventSourceArn: string): CreateEventSourceMappingCommand {
  return new CreateEventSourceMappingCommand({
    FunctionName: mapping.FunctionArn,
    EventSourceArn,
    Enabled: isEnabled(mapping),
    // The stream is new: there is nothing before this that a consumer could miss or see twice.
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: mapping.BatchSize,
    MaximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds,
    ParallelizationFactor: mapping.ParallelizationFactor,
    FilterCriteria: mapping.FilterCriteria,
    DestinationConfig: mapping.DestinationConfig,
    MaximumRecordAgeInSeconds: mapping.MaximumRecordAgeInSeconds,
    BisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
    MaximumRetryAttempts: mapping.MaximumRetryAttempts,
    TumblingWindowInSeconds: mapping.TumblingWindowInSeconds,
    FunctionResponseTypes: mapping.FunctionResponseTypes,
    KMSKeyArn: mapping.KMSKeyArn,
    MetricsConfig: mapping.MetricsConfig,
  });
}

/** When the SDK repeats a request whose answer was lost, Lambda says that it has such a mapping. */
async function createOnce(command: CreateEventSourceMappingCommand): Promise<void> {
  try {
    await lambda.send(command);
  } catch (error) {
    if (!hasName(error, 'ResourceConflictException')) throw error;
  }
}

/** Mappings of the deleted stream. Each is removed once its replacement exists. */
async function formerConsumers({ wanted, now }: Situation<Consumers>): Promise<SettingChange[]> {
  const { streamArn } = now;
  const formerArn = wanted.eventSourceMappings[0]?.EventSourceArn;
  if (!formerArn || !streamArn || formerArn === streamArn) return [];
  const isOurs = ({ UUID }: EventSourceMappingConfiguration) =>
    wanted.eventSourceMappings.some((mapping) => mapping.UUID === UUID);
  const hasReplacement = ({ FunctionArn, UUID }: EventSourceMappingConfiguration) =>
    now.eventSourceMappings.some((mapping) => mapping.FunctionArn === FunctionArn && mapping.UUID !== UUID);
  return (await mappingsOf(formerArn))
    .filter((mapping) => mapping.State !== 'Deleting' && isOurs(mapping) && hasReplacement(mapping))
    .map(({ UUID, FunctionArn }) => ({
      what: `former stream consumer ${FunctionArn}`,
      apply: () => lambda.send(new DeleteEventSourceMappingCommand({ UUID })),
    }));
}

/** A mapping without what is its own or passes: ids, ARNs of streams, its start, its state. */
function comparableMapping(mapping: EventSourceMappingConfiguration): object {
  const { UUID, EventSourceArn, EventSourceMappingArn, LastModified, LastProcessingResult, ...rest } = mapping;
  const { State, StateTransitionReason, StartingPosition, StartingPositionTimestamp, ...kept } = rest;
  return { ...kept, isEnabled: isEnabled(mapping) };
}

function isEnabled({ State = '' }: EventSourceMappingConfiguration): boolean {
  return !/Disabl/.test(State);
}

/** Whether a mapping is on its way to another state: then its state does not say yet whether it is enabled. */
export function isPassing({ State = '' }: EventSourceMappingConfiguration): boolean {
  return ['Creating', 'Enabling', 'Disabling', 'Updating', 'Deleting'].includes(State);
}
