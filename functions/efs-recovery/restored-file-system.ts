import { DescribeFileSystemsCommand, type EFSClient, type FileSystemDescription } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { hasName } from '../shared/error-name';
import { getWait, type Settled } from '../shared/waits/waits';
import { destinationOf } from './destination';
import { creationToken, type RecoveryRun, waitId } from './recovery-run';

/** The end of the restore job; absent until a look has found it. */
export async function restoreEnd(run: RecoveryRun): Promise<Settled | undefined> {
  return (await getWait(waitId(run.runId, 'restore')))?.settled[run.restoreJobId ?? ''];
}

/** The file system that this run's restore made: the job's CreatedResourceArn, otherwise by its creation token. */
export async function findRestored(run: RecoveryRun): Promise<FileSystemDescription | undefined> {
  if (!run.restoreIntendedAt) return undefined;
  const efs = efsInDestination(run);
  const createdArn = (await restoreEnd(run))?.createdResourceArn;
  const query = createdArn
    ? { FileSystemId: String(createdArn).split('/').at(-1) }
    : { CreationToken: creationToken(run.runId) };
  try {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand(query));
    return FileSystems?.find(({ LifeCycleState }) => LifeCycleState !== 'deleting' && LifeCycleState !== 'deleted');
  } catch (error) {
    if (hasName(error, 'FileSystemNotFound')) return undefined;
    throw error;
  }
}

/** The client for what is done to the restored file system. */
export function efsInDestination({ settings }: RecoveryRun): EFSClient {
  const { region, assumeRoleArn } = destinationOf(settings);
  return efsIn(region, assumeRoleArn);
}
