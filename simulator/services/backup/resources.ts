import { AwsError, SimulatorError } from '../../errors';
import type { Region } from '../../places';
import type { TableImage } from '../dynamodb/image';
import { tableResource } from './table-resource';

/** What AWS Backup needs to know about a resource to back it up. Each resource type has one implementation. */
export interface ProtectedResource {
  /** AWS Backup's name for the type, e.g. `EC2`. */
  type: string;
  name: string;
  exists: boolean;
  isWindows: boolean;
  sizeInBytes: number;
  /** The action without which the backup role cannot back it up. */
  requiredAction: string;
  /** What a recovery point of it takes along, and what a restore needs to know. */
  tags: Record<string, string>;
  restoreMetadata: Record<string, string>;
  newRecoveryPointArn(): string;
  /**
   * Takes the point in time; called some time after the job is RUNNING. Returns what happens to it at the end of the
   * job, with whether a recovery point is kept.
   */
  capture(recoveryPointArn: string): (isKept: boolean) => void;
  /** Of a table: what was captured. */
  contents?(): TableImage | undefined;
}

/** The resource of that ARN. */
export function protectedResource(region: Region, arn: string): ProtectedResource {
  const [, , service, resourceRegion, accountId, ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (!arn.startsWith('arn:') || !resource) throw new AwsError('InvalidParameterValueException', `Invalid ARN: ${arn}`);
  const instanceId = /^instance\/(i-[0-9a-f]+)$/.exec(resource)?.[1];
  if (service === 'ec2' && instanceId) {
    const isHere = resourceRegion === region.name && accountId === region.account.id;
    return ec2Resource(region, instanceId, isHere);
  }
  const fileSystemId = /^file-system\/(fs-[0-9a-f]+)$/.exec(resource)?.[1];
  if (service === 'elasticfilesystem' && fileSystemId) {
    const isHere = resourceRegion === region.name && accountId === region.account.id;
    return efsResource(region, fileSystemId, isHere);
  }
  const tableName = /^table\/([^/]+)$/.exec(resource)?.[1];
  if (service === 'dynamodb' && tableName) {
    return tableResource(region, tableName, resourceRegion === region.name && accountId === region.account.id);
  }
  throw new SimulatorError(`AWS Backup of ${arn} is not simulated.`);
}

function ec2Resource(region: Region, instanceId: string, isHere: boolean): ProtectedResource {
  const { account, ec2 } = region;
  const instance = isHere ? ec2.instance(instanceId) : undefined;
  return {
    type: 'EC2',
    name: instance?.tags.current.Name ?? '',
    exists: instance !== undefined && instance.state !== 'terminated',
    isWindows: instance?.platform === 'Windows',
    sizeInBytes: (instance?.volumeIds.length ?? 0) * (instance?.volumeGibibytes ?? 0) * 1024 ** 3,
    requiredAction: 'ec2:CreateImage',
    tags: {},
    restoreMetadata: {},
    // The recovery point of an instance is its AMI, whose ARN has no account.
    newRecoveryPointArn: () => `arn:${account.partition.id}:ec2:${region.name}::image/ami-${account.random.hex(17)}`,
    capture: (recoveryPointArn) => {
      const imageId = recoveryPointArn.slice(recoveryPointArn.lastIndexOf('/') + 1);
      const snapshotIds = (instance?.volumeIds ?? []).map((volumeId) =>
        ec2.ebsSnapshots.begin({
          volumeId,
          volumeGibibytes: instance?.volumeGibibytes ?? 0,
          description: `Created by CreateImage(${instanceId}) for ${imageId}`,
          tags: {
            'aws:backup:source-resource':
              account.doubts.behaviour('backup.snapshotTag') === 'resource'
                ? `instance/${instanceId}`
                : region.arn('ec2', `instance/${instanceId}`),
          },
        }),
      );
      return (isKept) => {
        for (const id of snapshotIds) {
          if (isKept) ec2.ebsSnapshots.end(id, 'completed');
          else ec2.ebsSnapshots.delete(id);
        }
      };
    },
  };
}

function efsResource(region: Region, fileSystemId: string, isHere: boolean): ProtectedResource {
  const { account, efs } = region;
  const fileSystem = isHere ? efs.fileSystem(fileSystemId) : undefined;
  return {
    type: 'EFS',
    name: fileSystem?.tags.Name ?? '',
    exists: fileSystem !== undefined && fileSystem.state !== 'deleting',
    isWindows: false,
    sizeInBytes: fileSystem?.size.current ?? 0,
    requiredAction: 'elasticfilesystem:Backup',
    // Tags of AWS's own do not travel.
    tags: Object.fromEntries(Object.entries(fileSystem?.tags ?? {}).filter(([key]) => !key.startsWith('aws:'))),
    restoreMetadata: fileSystemMetadata(region, fileSystemId, fileSystem),
    newRecoveryPointArn: () => region.arn('backup', `recovery-point:${account.random.uuid()}`),
    // The files are read while the job runs: there is no moment from which on writes are safe.
    capture: () => () => {},
  };
}

/** What GetRecoveryPointRestoreMetadata answers of a file system. A world can declare more with `RestoreMetadata`. */
export function fileSystemMetadata(
  { account }: Region,
  id: string,
  fileSystem?: { encrypted: boolean; performanceMode: string },
): Record<string, string> {
  const isTold = account.doubts.behaviour('backup.efsRestoreMetadata') === 'Settings';
  return {
    'file-system-id': id,
    'aws:backup:request-id': account.random.uuid(),
    ...(isTold && fileSystem
      ? { Encrypted: String(fileSystem.encrypted), PerformanceMode: fileSystem.performanceMode }
      : {}),
  };
}
