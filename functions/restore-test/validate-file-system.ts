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
import { type ComparisonReport, gaveWay, hasComparableFiles, lastComparison, secondsLeft } from './file-comparison';
import { nameOf } from './proof';
import { type Finding, type RestoreTestRun, waitId } from './restore-test-run';
import { wantedOf } from './source-tags';
import { settingsFindings, verdictOf } from './verdict';
import { wholeBytesOf } from './whole-size';

const REGION = requireEnv('AWS_REGION');
/** A worker needs some time to be launched. */
const LEAST_SECONDS = 30 * 60;

/**
 * Looks at a restored file system: at what the worker found when it compared the files, or, without a worker, as far as
 * AWS's own figures go, and then says that no file was read. Reads only, and writes the verdict into the run record; a
 * comparison that gave way is asked for again, while there is time. Safe to repeat: a verdict that is there stays.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<{ comparesAgain: boolean }> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  if (run.verdict) return { comparesAgain: false };
  const comparison = await lastComparison(run);
  if (gaveWay(comparison) && secondsLeft(run) > LEAST_SECONDS) return { comparesAgain: true };
  const restored = await describe(nameOf(run.createdResourceArn ?? ''));
  if (!restored) throw new Error(`EFS does not describe ${run.createdResourceArn}.`);
  const source = await describe(nameOf(run.plan.sourceArn));
  const findings = [
    { check: 'state', result: String(restored.LifeCycleState), isBad: restored.LifeCycleState !== 'available' },
    encryptionOf(restored),
    ...(hasComparableFiles(run.plan)
      ? [filesFinding(comparison?.report, comparison?.cause)]
      : [await compareSizes(run), { check: 'files', result: 'none was read; the sizes are those that AWS tells' }]),
    ...settingsFindings(run),
  ];
  const tags = Object.fromEntries((source?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  await updateRun(runId, { findings, wanted: wantedOf(tags), verdict: verdictOf(findings, nowSeconds()) });
  return { comparesAgain: false };
});

/** A comparison without an answer is bad, and so is one in which no file was old enough to be compared. */
function filesFinding(report: ComparisonReport | undefined, cause: string | undefined): Finding {
  const { outcome, message, comparedFiles, comparedBytes, readFiles, newerFiles, failedPaths = [] } = report ?? {};
  if (comparedFiles === undefined || (outcome !== 'COMPLETED' && report?.reason !== 'RestoredDiffers'))
    return { check: 'files', result: `not compared: ${message ?? cause ?? 'the worker did not answer'}`, isBad: true };
  const bytes = comparedBytes === undefined ? '' : `, ${comparedBytes} bytes`;
  const looked = `${comparedFiles} files${bytes} compared, ${readFiles} read, ${newerFiles} newer than the backup`;
  const isEmpty = comparedFiles === 0 && newerFiles !== 0;
  if (outcome === 'COMPLETED') return { check: 'files', result: looked, isBad: isEmpty };
  const named = failedPaths.slice(0, 3).join(', ');
  return { check: 'files', result: `${message}${named ? ` (${named})` : ''}; ${looked}`, isBad: true };
}

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
    isBad: bytes < wholeBytesOf(backed),
  };
}
