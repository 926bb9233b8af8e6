import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';

/** A mapping as a world file declares it: the members of CreateEventSourceMapping, for a table instead of a stream. */
export interface WorldEventSourceMapping
  extends Omit<CreateEventSourceMappingRequest, 'EventSourceArn' | 'StartingPosition'> {
  UUID?: string;
  /** The table whose stream the function reads. */
  TableName: string;
  FunctionName: string;
  Region?: string;
}

const CHANGE_SECONDS = 20;
const PAGE_SIZE = 100;
/** What both requests may say of a mapping of a stream. */
const SETTINGS = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
] as const;

interface Mapping extends EventSourceMappingConfiguration {
  UUID: string;
}

const MOST_TAGS = 50;

/**
 * Which functions read which streams. Mappings are kept, no record is ever delivered. One outlives its stream: a new
 * stream of the same table has another ARN and needs a mapping of its own.
 */
export class EventSourceMappings {
  private readonly byId = new Map<string, Mapping>();
  private readonly tags = new Map<string, Record<string, string>>();

  constructor(private readonly region: Region) {}

  /** Puts mappings in as if they had always been there. */
  load(mappings: WorldEventSourceMapping[]): void {
    const { homeRegion } = this.region.account;
    for (const { TableName, UUID, Region = homeRegion, Tags, ...settings } of mappings) {
      if (Region !== this.region.name) continue;
      const table = this.region.dynamodb.tables.get(TableName);
      const EventSourceArn = `${table?.arn}/stream/${table?.streamLabel}`;
      const mapping = this.make({ ...settings, EventSourceArn, StartingPosition: 'TRIM_HORIZON' }, UUID);
      mapping.State = settings.Enabled === false ? 'Disabled' : 'Enabled';
      this.byId.set(mapping.UUID, mapping);
      if (Tags) this.tags.set(mapping.UUID, Tags);
    }
  }

  /** The mappings in the form of the world file. */
  toWorld(): WorldEventSourceMapping[] {
    return [...this.byId.values()]
      .filter(({ State }) => State !== 'Deleting')
      .map((mapping) => ({
        UUID: mapping.UUID,
        Region: this.region.name,
        TableName: mapping.EventSourceArn?.split('/')[1] ?? '',
        FunctionName: mapping.FunctionArn ?? '',
        ...(mapping.State?.startsWith('Disabl') && { Enabled: false }),
        ...(this.tags.has(mapping.UUID) && { Tags: this.tagsOf(mapping.EventSourceMappingArn) }),
        ...structuredClone(settingsOf(mapping)),
      }));
  }

  create(input: CreateEventSourceMappingRequest): EventSourceMappingConfiguration {
    requireSupported('lambda:CreateEventSourceMapping', input, [...SETTINGS, 'EventSourceArn', 'StartingPosition']);
    const { EventSourceArn = '', FunctionName = '' } = input;
    this.checkStream(EventSourceArn);
    if (!input.StartingPosition) throw invalid('1 validation error detected: StartingPosition must not be null');
    const functionArn = this.functionArn(FunctionName);
    const existing = [...this.byId.values()].find(
      (mapping) => mapping.EventSourceArn === EventSourceArn && mapping.FunctionArn === functionArn,
    );
    if (existing) {
      throw new AwsError(
        'ResourceConflictException',
        `The event source arn (" ${EventSourceArn} ") and function (" ${FunctionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${existing.UUID}`,
        409,
      );
    }
    const mapping = this.make(input);
    this.byId.set(mapping.UUID, mapping);
    return this.change(mapping, 'Creating', input.Enabled === false ? 'Disabled' : 'Enabled');
  }

  get(id: string | undefined): EventSourceMappingConfiguration {
    return { ...this.find(id) };
  }

  delete(id: string | undefined): EventSourceMappingConfiguration {
    const mapping = this.free(id);
    mapping.State = 'Deleting';
    this.region.account.clock.after(CHANGE_SECONDS, () => {
      this.byId.delete(mapping.UUID);
    });
    return { ...mapping };
  }

  list(input: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
    const functionArn = input.FunctionName && this.functionArn(input.FunctionName);
    const found = [...this.byId.values()].filter(
      (mapping) =>
        (!input.EventSourceArn || mapping.EventSourceArn === input.EventSourceArn) &&
        (!functionArn || mapping.FunctionArn === functionArn),
    );
    const { items, nextToken } = page(found, Math.min(input.MaxItems ?? PAGE_SIZE, PAGE_SIZE), input.Marker);
    return {
      EventSourceMappings: items.map((mapping) => ({ ...mapping })),
      ...(nextToken && { NextMarker: nextToken }),
    };
  }

  /** The tags of a mapping, by its ARN. */
  tagsOf(arn = ''): Record<string, string> {
    return { ...this.tags.get(this.find(arn.split(':').at(-1)).UUID) };
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
  tag(arn: string, tags: Record<string, string>): void {
    if (Object.keys(tags).some((key) => key.startsWith('aws:')))
      throw invalid('System tags cannot be added/updated by requester');
    const all = { ...this.tagsOf(arn), ...tags };
    if (Object.keys(all).length > MOST_TAGS) throw invalid('Tag limit exceeded');
    this.tags.set(this.find(arn.split(':').at(-1)).UUID, all);
  }

  /** The ARN that IAM is asked about. */
  arn(id: string | undefined): string {
    return this.region.arn('lambda', `event-source-mapping:${id ?? '*'}`);
  }

  private make(input: CreateEventSourceMappingRequest, id = this.region.account.random.uuid()): Mapping {
    return {
      UUID: id,
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 0,
      ...structuredClone(settingsOf(input)),
      StartingPosition: input.StartingPosition,
      EventSourceArn: input.EventSourceArn,
      EventSourceMappingArn: this.arn(id),
      FunctionArn: this.functionArn(input.FunctionName ?? ''),
      LastModified: this.region.account.clock.date,
      LastProcessingResult: 'No records processed',
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
    };
  }

  private change(mapping: Mapping, state: string, then: string): EventSourceMappingConfiguration {
    mapping.State = state;
    this.region.account.clock.after(CHANGE_SECONDS, () => {
      if (mapping.State === state) mapping.State = then;
    });
    return { ...mapping };
  }

  private find(id: string | undefined): Mapping {
    const mapping = this.byId.get(id ?? '');
    if (!mapping) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    }
    return mapping;
  }

  /** The mapping, when nothing else is being done to it. */
  private free(id: string | undefined): Mapping {
    const mapping = this.find(id);
    if (mapping.State === 'Enabled' || mapping.State === 'Disabled') return mapping;
    throw new AwsError(
      'ResourceInUseException',
      `Cannot update the event source mapping ${id} because it is in use.`,
      400,
    );
  }

  private checkStream(arn: string): void {
    const [, tableName = '', , label] = arn.split('/');
    const table = this.region.dynamodb.tables.get(tableName);
    if (table?.streamLabel === undefined || table.streamLabel !== label) throw invalid(`Stream not found: ${arn}`);
  }

  private functionArn(name: string): string {
    return name.startsWith('arn:') ? name : this.region.arn('lambda', `function:${name}`);
  }
}

/** The settings that a request or a mapping carries. */
function settingsOf(from: object): Partial<EventSourceMappingConfiguration> {
  const names: string[] = SETTINGS.filter((name) => name !== 'Enabled' && name !== 'FunctionName');
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
