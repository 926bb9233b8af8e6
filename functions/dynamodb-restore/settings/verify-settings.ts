import { isDeepStrictEqual } from 'node:util';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { keysOf } from '../compare-tables';
import { getSwapRun } from '../swap/swap-run';
import { describeSettings } from './describe-settings';
import type { TableSettings } from './table-settings';

/**
 * Compares every setting of the table with what it was before, and names what differs in the result: a local index that
 * the restored data lacks, for instance, which cannot be made again. Reads only.
 */
export const handler = task(async ({ runId, isUndo }: StepInput): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  if (!run.table) return updateRun(runId, { settingsVerified: true });
  const before = comparable(run.table);
  const now = comparable(await describeSettings(run.settings.TableName));
  const notRestored = [...(run.notRestored ?? [])];
  for (const [name, value] of Object.entries(before)) {
    const isNamed = notRestored.some((line) => line.startsWith(name));
    if (!isDeepStrictEqual(value, now[name]) && !isNamed)
      notRestored.push(`${name}: was ${JSON.stringify(value)}, is ${JSON.stringify(now[name])}`);
  }
  await updateRun(run.runId, { notRestored, settingsVerified: true });
});

/** The settings by the names of the result, without what differs for every table (ids, ARNs of streams and mappings). */
function comparable(settings: TableSettings): Record<string, unknown> {
  const { eventSourceMappings, scalableTargets, scalingPolicies, attributeDefinitions } = settings;
  // Types belong to the keys: a definition that no key uses means nothing.
  const keysWith = (KeySchema: TableSettings['keySchema']) =>
    keysOf({ KeySchema, AttributeDefinitions: attributeDefinitions });
  const described = ({ keySchema, ...index }: { keySchema: TableSettings['keySchema'] }) => ({
    ...index,
    keys: keysWith(keySchema),
  });
  const plain = {
    'key schema': keysWith(settings.keySchema),
    'global secondary indexes': sorted(settings.globalIndexes.map(described)),
    'local secondary indexes': sorted(settings.localIndexes.map(described)),
    'billing mode and capacity': [settings.billingMode, settings.throughput],
    'on-demand maximums': settings.onDemandMaximum,
    'table class': settings.tableClass,
    'encryption key': settings.kmsKeyArn,
    stream: settings.streamViewType,
    'resource policy of the stream':
      settings.streamArn && settings.streamPolicy?.replaceAll(settings.streamArn, 'the stream'),
    'stream consumer': sorted(eventSourceMappings.map(consumer)),
    'time to live': settings.ttlAttribute,
    tags: settings.tags,
    'point-in-time recovery': settings.pointInTimeRecoveryDays,
    'deletion protection': settings.isDeletionProtected,
    'auto scaling target': sorted(
      scalableTargets.map(({ ResourceId, ScalableDimension, MinCapacity, MaxCapacity }) => ({
        ResourceId,
        ScalableDimension,
        MinCapacity,
        MaxCapacity,
      })),
    ),
    'auto scaling policy': sorted(
      scalingPolicies.map(({ ResourceId, PolicyName, TargetTrackingScalingPolicyConfiguration }) => ({
        ResourceId,
        PolicyName,
        TargetTrackingScalingPolicyConfiguration,
      })),
    ),
    'Contributor Insights': settings.contributorInsights,
    'Kinesis destination': settings.kinesisDestinations,
    'resource policy': settings.resourcePolicy,
  };
  // As it came from the record: without what is undefined.
  return JSON.parse(JSON.stringify(plain));
}

/** A mapping without what is its own or passes: ids, ARNs of streams, where it began, how it is doing. */
function consumer(mapping: TableSettings['eventSourceMappings'][number]): object {
  const { UUID, EventSourceArn, EventSourceMappingArn, LastModified, LastProcessingResult, ...rest } = mapping;
  const { State, StateTransitionReason, StartingPosition, StartingPositionTimestamp, ...kept } = rest;
  return { ...kept, isEnabled: !/Disabl/.test(State ?? '') };
}

function sorted<T>(list: T[]): T[] {
  return [...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
