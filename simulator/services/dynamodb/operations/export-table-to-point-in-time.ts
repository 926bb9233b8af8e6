import type { ExportTableToPointInTimeInput, ExportTableToPointInTimeOutput } from '@aws-sdk/client-dynamodb';
import { SimulatorError } from '../../../errors';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function ExportTableToPointInTime(
  this: DynamoDbState,
  input: ExportTableToPointInTimeInput,
): ExportTableToPointInTimeOutput {
  const table = this.backedUp(required(input, 'TableArn'));
  required(input, 'S3Bucket');
  if (input.ExportFormat === 'ION') throw new SimulatorError('Exports in Amazon Ion are not simulated.');
  const nextJob = () => ({ DurationSeconds: this.durations.exportTable, ...this.jobs.take('Export', table.name) });
  return { ExportDescription: this.exports.begin(input, table, nextJob) };
}
