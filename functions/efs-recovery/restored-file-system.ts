import { DescribeFileSystemsCommand, type EFSClient, type FileSystemDescription } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { getWait, type Settled } from '../shared/waits/waits';
import { destinationOf } from './destination';
import { FileSystemNotUsableError } from './errors';
import { creationToken, type RecoveryRun, waitId } from './recovery-run';

/** EFS is eventually consistent. */
const VISIBLE_SECONDS = 60;

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

/**
 * The file system that this run's restore made. Throws TransientServiceError while EFS may not show it yet, and
 * FileSystemNotUsableError when somebody must have deleted it.
 */
export async function requireRestored(run: RecoveryRun): Promise<FileSystemDescription & { FileSystemId: string }> {
  const found = await findRestored(run);
  if (found?.FileSystemId) return { ...found, FileSystemId: found.FileSystemId };
  const what = `The restore job ${run.restoreJobId} completed, and its file system`;
  const { at = nowSeconds() } = (await restoreEnd(run)) ?? {};
  if (nowSeconds() - at < VISIBLE_SECONDS) throw new TransientServiceError(`${what} is not seen yet.`);
  throw new FileSystemNotUsableError(
    `${what} cannot be found: EFS shows none that this run made. It may have been deleted.`,
  );
}

/** The client for what is done to the restored file system. */
export function efsInDestination({ settings }: RecoveryRun): EFSClient {
  const { region, assumeRoleArn } = destinationOf(settings);
  return efsIn(region, assumeRoleArn);
}
