import type { LifecyclePolicy, PerformanceMode, ThroughputMode } from '@aws-sdk/client-efs';
import { isObject, type Json, type JsonObject } from '../template';
import { compact, number, objects, type ResourceType, text, truth } from './resource-type';

const fileSystem: ResourceType = {
  properties: [
    'BackupPolicy',
    'Encrypted',
    'FileSystemPolicy',
    'FileSystemTags',
    'KmsKeyId',
    'LifecyclePolicies',
    'PerformanceMode',
    'ProvisionedThroughputInMibps',
    'ReplicationConfiguration',
    'ThroughputMode',
  ],
  create({ region, random }, properties) {
    const FileSystemId = `fs-${random.hex(17)}`;
    const Arn = region.arn('elasticfilesystem', `file-system/${FileSystemId}`);
    const resource = { physicalId: FileSystemId, attributes: { FileSystemId, Arn } };
    // The world that a run left behind has it, with its copies.
    if (region.efs.fileSystem(FileSystemId)) return resource;
    region.efs.load({
      fileSystems: [
        compact({
          FileSystemId,
          Encrypted: truth(properties.Encrypted),
          KmsKeyId: text(properties.KmsKeyId),
          PerformanceMode: text(properties.PerformanceMode) as PerformanceMode | undefined,
          ThroughputMode: text(properties.ThroughputMode) as ThroughputMode | undefined,
          ProvisionedThroughputInMibps: number(properties.ProvisionedThroughputInMibps),
          LifecyclePolicies: objects(properties.LifecyclePolicies) as LifecyclePolicy[],
          FileSystemPolicy: isObject(properties.FileSystemPolicy) ? properties.FileSystemPolicy : undefined,
          ReplicatesTo: replicas(properties.ReplicationConfiguration).map(({ Region }) => ({
            FileSystemId: `fs-${random.hex(17)}`,
            Region: String(Region),
          })),
          Tags: Object.fromEntries(
            objects(properties.FileSystemTags).map(({ Key, Value }) => [String(Key), String(Value)]),
          ),
          Region: region.name,
        }),
      ],
    });
    return resource;
  },
  remove: ({ region }, { physicalId }) => region.efs.remove(physicalId),
};

/** The destinations of a replication; nothing is copied to them here. */
function replicas(configuration: Json | undefined): JsonObject[] {
  return isObject(configuration) ? objects(configuration.Destinations) : [];
}

const mountTarget: ResourceType = {
  properties: ['FileSystemId', 'SubnetId', 'SecurityGroups', 'IpAddress'],
  create({ region }, properties) {
    const FileSystemId = String(properties.FileSystemId);
    const SubnetId = String(properties.SubnetId);
    const { MountTargets = [] } = region.efs.DescribeMountTargets({ FileSystemId });
    const id =
      MountTargets.find((target) => target.SubnetId === SubnetId)?.MountTargetId ??
      region.efs.addMountTarget(FileSystemId, {
        SubnetId,
        SecurityGroupIds: properties.SecurityGroups as string[] | undefined,
      });
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: ({ region }, { physicalId }) => region.efs.removeMountTarget(physicalId),
};

/** The types of Amazon EFS. */
export const efsTypes: Record<string, ResourceType> = {
  'AWS::EFS::FileSystem': fileSystem,
  'AWS::EFS::MountTarget': mountTarget,
};
