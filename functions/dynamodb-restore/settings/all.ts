import { autoScalingPolicies } from './auto-scaling-policies';
import { autoScalingTargets } from './auto-scaling-targets';
import { awsTags } from './aws-tags';
import { billing } from './billing';
import { contributorInsights } from './contributor-insights';
import { deletionProtection } from './deletion-protection';
import { encryptionKey } from './encryption-key';
import { globalIndexes } from './global-indexes';
import { keySchema } from './key-schema';
import { kinesisDestinations } from './kinesis-destinations';
import { localIndexes } from './local-indexes';
import { onDemandMaximums } from './on-demand-maximums';
import { pointInTimeRecovery } from './point-in-time-recovery';
import { resourcePolicy } from './resource-policy';
import { stream } from './stream';
import { streamConsumerTags } from './stream-consumer-tags';
import { streamConsumers } from './stream-consumers';
import { streamPolicy } from './stream-policy';
import { tableClass } from './table-class';
import { tags } from './tags';
import { timeToLive } from './time-to-live';
import { vectorIndexes } from './vector-indexes';
import { warmThroughput } from './warm-throughput';

/** Every setting of a table, in the order in which they are put back: the stream before what uses it, protection last. */
export const ALL = [
  keySchema,
  localIndexes,
  vectorIndexes,
  encryptionKey,
  tableClass,
  billing,
  onDemandMaximums,
  globalIndexes,
  warmThroughput,
  stream,
  streamPolicy,
  timeToLive,
  tags,
  awsTags,
  pointInTimeRecovery,
  contributorInsights,
  kinesisDestinations,
  resourcePolicy,
  autoScalingTargets,
  autoScalingPolicies,
  streamConsumers,
  streamConsumerTags,
  deletionProtection,
] as const;
