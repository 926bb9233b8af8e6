import { DeleteFileSystemCommand, DescribeFileSystemsCommand, TagResourceCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { TEST_MARK } from '../shared/test-mark';
import { type RestoreTestRun, testName } from './restore-test-run';
import type { Restored } from './restored-by-test';

const REGION = requireEnv('AWS_REGION');

/** The file system with the creation token that a test on demand restores with. */
export async function findFileSystem({ runId }: RestoreTestRun): Promise<Restored | undefined> {
  const query = new DescribeFileSystemsCommand({ CreationToken: testName(runId) });
  const [found] = (await efsIn(REGION).send(query)).FileSystems ?? [];
  if (!found?.FileSystemId) return undefined;
  return {
    name: found.FileSystemId,
    arn: found.FileSystemArn ?? found.FileSystemId,
    madeAt: found.CreationTime,
    isGoing: found.LifeCycleState === 'deleting',
  };
}

/** A restore takes no tags: it gets the tag of a test now, without which its role may delete no file system. */
export async function deleteFileSystem({ name }: Restored): Promise<void> {
  const efs = efsIn(REGION);
  try {
    await efs.send(new TagResourceCommand({ ResourceId: name, Tags: [{ Key: TEST_MARK, Value: 'on-demand' }] }));
    await efs.send(new DeleteFileSystemCommand({ FileSystemId: name }));
  } catch (error) {
    if (!hasName(error, 'FileSystemNotFound')) throw error;
  }
}
