import { DescribeMountTargetsCommand, type EFSClient, type MountTargetDescription } from '@aws-sdk/client-efs';

/** Every mount target of a file system; at most one per Availability Zone, so few enough for one list. */
export async function describeMountTargets(efs: EFSClient, FileSystemId: string): Promise<MountTargetDescription[]> {
  const all: MountTargetDescription[] = [];
  let Marker: string | undefined;
  do {
    const page = await efs.send(new DescribeMountTargetsCommand({ FileSystemId, Marker }));
    all.push(...(page.MountTargets ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return all;
}
