import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../../clients/efs';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** A size is sure when nothing was written for "a couple of hours" (API_FileSystemSize). */
const SURE_AFTER_SECONDS = 2 * 3600;

interface Context {
  /** When the last file was written: seconds since 1970. */
  since: number;
  /** From this size on, it is enough. */
  enoughBytes?: number;
}

/**
 * Waits until EFS has metered all that was written into file systems (resources are ids). EFS tells a size with the time at
 * which it was determined, and a size that is determined soon after a write may lack some of it (API_FileSystemSize).
 */
export const fileSystemMetered: WaitKind = {
  name: 'file-system-metered',
  actions: ['elasticfilesystem:DescribeFileSystems'],
  delaySeconds: LOOKED_FOR,
  async check({ region, context, notes }, ids) {
    const { since, enoughBytes = Number.POSITIVE_INFINITY } = context as unknown as Context;
    const settled: Record<string, Settled> = {};
    for (const FileSystemId of ids) {
      const { FileSystems } = await efsIn(region).send(new DescribeFileSystemsCommand({ FileSystemId }));
      const { Value: bytes, Timestamp } = FileSystems?.[0]?.SizeInBytes ?? {};
      if (bytes === undefined || Timestamp === undefined) continue;
      const meteredAt = Timestamp.getTime() / 1000;
      if ((meteredAt >= since && bytes >= enoughBytes) || meteredAt >= since + SURE_AFTER_SECONDS)
        settled[FileSystemId] = { state: 'METERED', at: nowSeconds(), bytes };
      else notes[FileSystemId] = `${bytes} bytes at ${Timestamp.toISOString()}`;
    }
    return settled;
  },
  explain: ({ notes }, open) =>
    open.map((id) => `EFS has not metered all of ${id} yet: ${notes?.[id] ?? 'it told no size'}`).join('; '),
};
