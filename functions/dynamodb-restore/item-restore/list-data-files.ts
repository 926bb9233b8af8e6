import { createHash } from 'node:crypto';
import { DescribeExportCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { ExportDamagedError, ExportFailedError } from './errors';
import { getItemRestoreRun, type ItemRestoreRun } from './item-restore-run';
import { folderOf, workKeys } from './journal';
import { shardsFor } from './rate';
import { asLines, BUCKET, getText, parseLines, put } from './store';

/** A line of `manifest-files.json`. */
interface ManifestFile {
  itemCount: number;
  md5Checksum: string;
  dataFileS3Key: string;
}

/** A data file of one of the run's exports. */
export interface DataFile {
  file: number;
  source: number;
  key: string;
  items: number;
  md5: string;
}

interface Output {
  bucket: string;
  filesKey: string;
  /** One number for each shard. */
  shards: number[];
}

const MOST_SHARDS = 5000;

/**
 * Checks the manifests of all exports against each other and against what DynamoDB says, and writes one list of their data
 * files, as JSON lines. Whether Step Functions reads the manifests themselves, whose names end in .json, is not known, and
 * several exports have several of them. Safe to repeat: it writes the same.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getItemRestoreRun({ runId });
  const files: DataFile[] = [];
  let bytes = 0;
  for (const source of (run.exportPlan?.periods ?? []).keys()) {
    const found = await readExport(run, source);
    bytes += found.bytes;
    files.push(...found.files.map((file) => ({ ...toDataFile(file, source), file: 0 })));
  }
  for (const [index, file] of files.entries()) file.file = index;
  const items = files.reduce((sum, file) => sum + file.items, 0);
  const shards = Math.min(MOST_SHARDS, shardsFor(items, bytesOfItems(bytes, items), run.table.readCapacity));
  const filesKey = workKeys.files(folderOf(runId).work);
  await put(filesKey, asLines(files));
  await updateRun(runId, { shards, exportedItems: items, exportedBytes: bytes });
  return { bucket: BUCKET, filesKey, shards: Array.from({ length: shards }, (_, shard) => shard) };
});

/** What is billed is at least 10 MB, whatever the items are. */
function bytesOfItems(billed: number, items: number): number {
  return Math.min(billed, items * 2 * 400 * 1024);
}

function toDataFile({ dataFileS3Key, itemCount, md5Checksum }: ManifestFile, source: number): Omit<DataFile, 'file'> {
  return { source, key: dataFileS3Key, items: itemCount, md5: md5Checksum };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html */
async function readExport(run: ItemRestoreRun, source: number): Promise<{ files: ManifestFile[]; bytes: number }> {
  const ExportArn = run[`export${source}`];
  const { ExportDescription: found } = await dynamodb.send(new DescribeExportCommand({ ExportArn }));
  if (found?.ExportStatus !== 'COMPLETED')
    throw new ExportFailedError(
      `Nothing was changed. The export ${ExportArn} ended ${found?.ExportStatus}: ${found?.FailureCode ?? ''} ${found?.FailureMessage ?? ''}`,
    );
  const summary = JSON.parse(await readChecked(found.ExportManifest ?? ''));
  const files = parseLines<ManifestFile>(await readChecked(String(summary.manifestFilesS3Key)));
  const inFiles = files.reduce((sum, { itemCount }) => sum + itemCount, 0);
  const isOfPeriod = summary.exportArn === ExportArn && summary.outputView === 'NEW_AND_OLD_IMAGES';
  if (!isOfPeriod || summary.itemCount !== found.ItemCount || inFiles !== found.ItemCount)
    throw new ExportDamagedError(
      `Nothing was changed. The manifests of ${ExportArn} do not fit it: ${summary.itemCount} items in the summary, ${inFiles} in the files, ${found.ItemCount} as DynamoDB says.`,
    );
  return { files, bytes: found.BilledSizeBytes ?? 0 };
}

/** The text of a manifest; its checksum is in a file beside it, whose name AWS does not document. */
async function readChecked(key: string): Promise<string> {
  const text = await getText(key);
  if (text === undefined) throw new ExportDamagedError(`Nothing was changed. The export has no ${key}.`);
  const given = (await getText(key.replace(/json$/, 'checksum'))) ?? (await getText(key.replace(/json$/, 'md5')));
  const checksum = createHash('md5').update(text);
  const known = given?.trim();
  const { base64, hex } = { base64: checksum.copy().digest('base64'), hex: checksum.digest('hex') };
  // The sums of the items say as much, so a checksum that is not there is no damage.
  if (known && known !== base64 && known !== hex)
    throw new ExportDamagedError(`Nothing was changed. ${key} does not have its checksum.`);
  return text;
}
