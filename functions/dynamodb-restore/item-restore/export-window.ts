import { ExportTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { tableExport } from '../../shared/waits/kinds/table-export';
import { startWait } from '../../shared/waits/waits';
import { exportToken, getItemRestoreRun, type ItemRestoreRun, waitId } from './item-restore-run';
import { BUCKET } from './store';

const REGION = requireEnv('AWS_REGION');
const KEY_ARN = process.env.ENCRYPTION_KEY_ARN;
const DEADLINE_SECONDS = 24 * 3600;

/**
 * Has DynamoDB export one period, with the images at both its ends, and waits for the end. Safe to repeat: the client
 * token follows from the run, so that an export is begun once within the eight hours for which DynamoDB knows a token;
 * after that the record names it.
 */
export const handler = task(
  async ({ runId, index, taskToken }: { runId: string; index: number; taskToken: string }): Promise<void> => {
    const run = await getItemRestoreRun({ runId });
    const known = run[`export${index}`];
    const exportArn = known ?? (await begin(run, index));
    if (!known) await updateRun(runId, { [`export${index}`]: exportArn });
    await startWait(tableExport, {
      id: waitId(runId, `export${index}`),
      region: REGION,
      resources: [exportArn],
      deadlineSeconds: DEADLINE_SECONDS,
      taskToken,
    });
  },
);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html */
async function begin({ runId, table, exportPlan }: ItemRestoreRun, index: number): Promise<string> {
  const period = exportPlan?.periods[index];
  if (!period) throw new Error(`The run has no export ${index}.`);
  try {
    const { ExportDescription } = await dynamodb.send(
      new ExportTableToPointInTimeCommand({
        TableArn: table.tableArn,
        ClientToken: exportToken(runId, index),
        S3Bucket: BUCKET,
        S3Prefix: 'exports',
        ...(KEY_ARN ? { S3SseAlgorithm: 'KMS', S3SseKmsKeyId: KEY_ARN } : { S3SseAlgorithm: 'AES256' }),
        ExportFormat: 'DYNAMODB_JSON',
        ExportType: 'INCREMENTAL_EXPORT',
        IncrementalExportSpecification: {
          ExportFromTime: new Date(period.from * 1000),
          ExportToTime: new Date(period.to * 1000),
          ExportViewType: 'NEW_AND_OLD_IMAGES',
        },
      }),
    );
    if (!ExportDescription?.ExportArn) throw new Error('DynamoDB accepted the export but named no ARN.');
    return ExportDescription.ExportArn;
  } catch (error) {
    const { message } = error as Error;
    // Too many exports at a time: some of them end.
    if (hasName(error, 'LimitExceededException')) throw new TransientServiceError(message);
    throw error;
  }
}
