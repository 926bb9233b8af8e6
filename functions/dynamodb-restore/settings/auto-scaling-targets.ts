import {
  ApplicationAutoScalingClient,
  paginateDescribeScalableTargets,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { schemaOf } from './table-schema';
import { canChangeIndex, sorted, type TableSetting } from './table-setting';

export const autoScaling = new ApplicationAutoScalingClient({});

/** What auto scaling may set: capacity of the table and of its indexes. Targets outlive their table. */
export const autoScalingTargets: TableSetting<{ scalableTargets: ScalableTarget[] }> = {
  name: 'auto scaling target',
  async read(table, TableName) {
    const found: ScalableTarget[] = [];
    const query = { ServiceNamespace: 'dynamodb' as const, ResourceIds: resourceIdsOf(table, TableName) };
    for await (const page of paginateDescribeScalableTargets({ client: autoScaling }, query))
      found.push(...(page.ScalableTargets ?? []));
    return { scalableTargets: JSON.parse(JSON.stringify(found)) };
  },
  changes(situation) {
    const isThere = (target: ScalableTarget) =>
      situation.now.scalableTargets.some(
        (other) => other.ResourceId === target.ResourceId && other.ScalableDimension === target.ScalableDimension,
      );
    return situation.wanted.scalableTargets
      .filter((target) => canChangeIndex(situation, indexOf(target)) && !isThere(target))
      .map(({ ServiceNamespace, ResourceId, ScalableDimension, MinCapacity, MaxCapacity, SuspendedState }) => ({
        what: `auto scaling target ${ScalableDimension} of ${ResourceId}`,
        apply: () =>
          autoScaling.send(
            new RegisterScalableTargetCommand({
              ServiceNamespace,
              ResourceId,
              ScalableDimension,
              MinCapacity,
              MaxCapacity,
              SuspendedState,
            }),
          ),
      }));
  },
  comparable: ({ scalableTargets }) =>
    sorted(
      scalableTargets.map(({ ResourceId, ScalableDimension, MinCapacity, MaxCapacity, SuspendedState }) => ({
        ResourceId,
        ScalableDimension,
        MinCapacity,
        MaxCapacity,
        SuspendedState,
      })),
    ),
};

/** Auto scaling's names of a table and of its indexes. */
export function resourceIdsOf(table: TableDescription, TableName: string): string[] {
  const indexes = schemaOf(table).globalIndexes.map(({ name }) => `table/${TableName}/index/${name}`);
  return [`table/${TableName}`, ...indexes];
}

/** The index that a target or policy is about; undefined for the table itself. */
export function indexOf({ ResourceId }: { ResourceId?: string }): string | undefined {
  return ResourceId?.split('/index/')[1];
}
