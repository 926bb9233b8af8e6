import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../../clients/efs';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/**
 * Waits until EFS has metered file systems (resources are ids) since `context.since`. EFS tells a size with the time at
 * which it was determined (API_FileSystemSize).
 */
export const fileSystemMetered: WaitKind = {
  name: 'file-system-metered',
  actions: ['elasticfilesystem:DescribeFileSystems'],
  delaySeconds: LOOKED_FOR,
  async check(wait, ids) {
    const settled: Record<string, Settled> = {};
    for (const FileSystemId of ids) {
      const { FileSystems } = await efsIn(wait.region).send(new DescribeFileSystemsCommand({ FileSystemId }));
      const { Value: bytes, Timestamp } = FileSystems?.[0]?.SizeInBytes ?? {};
      const isNew = Timestamp !== undefined && Timestamp.getTime() / 1000 >= Number(wait.context.since);
      if (isNew && bytes !== undefined) settled[FileSystemId] = { state: 'METERED', at: nowSeconds(), bytes };
    }
    return settled;
  },
};
