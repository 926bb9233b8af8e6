import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { DescribeFileSystemsCommand, type FileSystemDescription } from '@aws-sdk/client-efs';
import { answerOf } from '../shared/answer';
import { backupIn } from '../shared/clients/backup';
import { efsIn } from '../shared/clients/efs';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { getWait } from '../shared/waits/waits';
import { nameOf } from './proof';
import { type Finding, type RestoreTestRun, waitId } from './restore-test-run';
import { wantedOf } from './source-tags';
import { verdictOf } from './verdict';

const REGION = requireEnv('AWS_REGION');
/** EFS meters blocks and metadata, AWS Backup what it stores; less than this share of a backup is not all of it. */
const WHOLE_PERCENT = 90;

/**
 * Looks at a restored file system as far as AWS's own figures go, and says that no file was read. Reads only, and writes
 * the verdict into the run record. Safe to repeat: a verdict that is there stays.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  if (run.verdict) return;
  const restored = await describe(nameOf(run.createdResourceArn ?? ''));
  if (!restored) throw new Error(`EFS does not describe ${run.createdResourceArn}.`);
  const source = await describe(nameOf(run.plan.sourceArn));
  const findings = [
    { check: 'state', result: String(restored.LifeCycleState), isBad: restored.LifeCycleState !== 'available' },
    encryptionOf(restored),
    await compareSizes(run),
    { check: 'files', result: 'none was read; the sizes are those that AWS tells' },
  ];
  const tags = Object.fromEntries((source?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  await updateRun(runId, { findings, wanted: wantedOf(tags), verdict: verdictOf(findings, nowSeconds()) });
});

/** Restore testing asks for encryption, whatever the source has. */
function encryptionOf({ Encrypted }: FileSystemDescription): Finding {
  const answer = answerOf(Encrypted);
  return { check: 'encryption', result: answer, isBad: answer !== 'yes' };
}

async function describe(FileSystemId: string): Promise<FileSystemDescription | undefined> {
  try {
    return (await efsIn(REGION).send(new DescribeFileSystemsCommand({ FileSystemId }))).FileSystems?.[0];
  } catch (error) {
    if (hasName(error, 'FileSystemNotFound')) return undefined;
    throw error;
  }
}

async function compareSizes({ runId, restoreJobId, createdResourceArn = '' }: RestoreTestRun): Promise<Finding> {
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: restoreJobId }));
  const metered = (await getWait(waitId(runId, 'metered')))?.settled[nameOf(createdResourceArn)];
  const [bytes, backed] = [metered?.bytes, job.BackupSizeInBytes];
  if (typeof bytes !== 'number' || backed === undefined)
    return { check: 'size', result: 'EFS or AWS Backup does not tell it', isBad: true };
  return {
    check: 'size',
    result: `${bytes} bytes metered, ${backed} in the backup`,
    isBad: bytes * 100 < backed * WHOLE_PERCENT,
  };
}
