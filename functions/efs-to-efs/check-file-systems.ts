import { DescribeFileSystemsCommand, DescribeMountTargetsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { allOf } from '../shared/in-batches';
import { describeGroup } from './group';
import type { RunSettings } from './run';

const efs = efsIn(requireEnv('AWS_REGION'));

/** Everything that would keep a worker from its work, with the file system in front; nothing if all is well. Reads only. */
export async function checkFileSystems(settings: RunSettings): Promise<string[]> {
  const { source, destination, backup, target, restored, action, subPath } = settings;
  const { availabilityZones } = await describeGroup();
  const ids = new Set([source, destination, backup, target, restored].flatMap((place) => place?.fileSystemId ?? []));
  const found = await allOf([...ids].map((id) => checkFileSystem(id, availabilityZones)));
  const isOntoItself = source && source.fileSystemId === destination?.fileSystemId;
  const isOntoCopies =
    backup !== undefined &&
    action !== 'backup' &&
    backup?.fileSystemId === target?.fileSystemId &&
    subPath === undefined;
  return [
    ...(isOntoItself ? [`${source.fileSystemId}: a file system is not backed up to itself`] : []),
    ...(isOntoCopies ? [`${target?.fileSystemId}: a whole copy is not restored to the file system that holds it`] : []),
    ...found.flat(),
  ];
}

/** DNS answers for a file system only in zones where it has a mount target: EFS, "Mounting on Amazon EC2 with DNS name". */
async function checkFileSystem(FileSystemId: string, zones: string[]): Promise<string[]> {
  try {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
    const state = FileSystems?.[0]?.LifeCycleState;
    if (state !== 'available' && state !== 'updating') return [`${FileSystemId}: the file system is ${state}`];
  } catch (error) {
    if (!hasName(error, 'FileSystemNotFound')) throw error;
    return [`${FileSystemId}: there is no such file system in this region`];
  }
  const { MountTargets = [] } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId }));
  const mountable = MountTargets.filter(({ LifeCycleState }) => LifeCycleState === 'available');
  return zones
    .filter((zone) => !mountable.some(({ AvailabilityZoneName }) => AvailabilityZoneName === zone))
    .map((zone) => `${FileSystemId}: it has no mount target that is available in ${zone}, where a worker may run`);
}
