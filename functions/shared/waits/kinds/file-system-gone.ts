import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../../clients/efs';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until file systems (resources are ids) no longer exist. */
export const fileSystemGone: WaitKind = {
  name: 'file-system-gone',
  actions: ['elasticfilesystem:DescribeFileSystems'],
  delaySeconds: LOOKED_FOR,
  async check(wait, ids) {
    const settled: Record<string, Settled> = {};
    for (const FileSystemId of ids) {
      try {
        await efsIn(wait.region).send(new DescribeFileSystemsCommand({ FileSystemId }));
      } catch (error) {
        if (!hasName(error, 'FileSystemNotFound')) throw error;
        settled[FileSystemId] = { state: 'GONE', at: nowSeconds() };
      }
    }
    return settled;
  },
};
