import { HOURS_A_MONTH, PRICES, RUNS_A_MONTH } from './prices';
import type { Table } from './table';
import { dollars, usageAtRest, usageOfRun } from './usage';

const WORKFLOW = 'efs-to-efs';
const GIB = 2 ** 30;
/** https://docs.aws.amazon.com/efs/latest/ug/metered-sizes.html: what elastic throughput takes for a metadata operation. */
const METADATA_BYTES = 4 * 1024;
/** A new file is created, and gets its owner, mode and times. */
const WRITES_PER_NEW_FILE = 4;
const ROOT_VOLUME_GIB = 30;

interface Report {
  files: number;
  bytes: number;
  filesTransferred: number;
  bytesTransferred: number;
  retain: number;
}

/**
 * What a nightly EFS-to-EFS backup costs: the sample night in the simulated account for the functions and the times,
 * its report for the data, reckoned with what the worker does to a file (docs/efs-to-efs.md).
 */
export async function efsToEfsCosts(): Promise<Table> {
  const idle = await usageAtRest(WORKFLOW);
  const idleAnHour = dollars(idle);
  const { usage, seconds, record } = await usageOfRun(WORKFLOW);
  const report = record?.report as Report;
  const { files, bytes, filesTransferred, bytesTransferred, retain } = report;
  const unchanged = files - filesTransferred;
  const hours = seconds / 3600;
  const linked = gibOfMetadata(unchanged) * PRICES.efsElasticGibWritten;
  const removed = gibOfMetadata(files) * PRICES.efsElasticGibWritten;
  const written = bytesTransferred / GIB + gibOfMetadata(filesTransferred * WRITES_PER_NEW_FILE);
  const read = bytesTransferred / GIB + gibOfMetadata(files);
  const kept = bytes / GIB + ((retain - 1) * bytesTransferred) / GIB;
  const onDemand = hours * PRICES.c7gXlargeHour;
  const invocations = usage.invocations - Math.round(idle.invocations * hours);
  const nightly: [string, string, number][] = [
    ['Lambda, DynamoDB, SNS', `${invocations} invocations`, dollars(usage) - idleAnHour * hours],
    ['c7g.xlarge on demand', `${hours.toFixed(1)} h`, onDemand],
    ['or as Spot', `${hours.toFixed(1)} h`, onDemand * PRICES.spotShare],
    ['its disk', `${ROOT_VOLUME_GIB} GB`, (ROOT_VOLUME_GIB * PRICES.gp3GibMonth * hours) / HOURS_A_MONTH],
    ['destination, elastic: files written', `${written.toFixed(1)} GB`, written * PRICES.efsElasticGibWritten],
    ['destination, elastic: links to unchanged files', `${millions(unchanged)} links`, linked],
    ['destination, elastic: removal of the oldest copy', `${millions(files)} names`, removed],
    ['source, if it is elastic too', `${read.toFixed(1)} GB`, read * PRICES.efsElasticGibRead],
  ];
  return {
    title: `What ${WORKFLOW} costs`,
    columns: ['what', 'a night', 'dollars a night', `dollars a month, ${RUNS_A_MONTH} nights`],
    rows: [
      ...nightly.map(([what, quantity, cost]) => [what, quantity, cost.toFixed(4), (cost * RUNS_A_MONTH).toFixed(2)]),
      [
        `${retain} copies on the destination`,
        `${kept.toFixed(0)} GB`,
        '',
        (kept * PRICES.efsStandardGibMonth).toFixed(2),
      ],
      ['(nothing runs)', '', '', (idleAnHour * HOURS_A_MONTH).toFixed(2)],
    ],
    notes: [
      `events/${WORKFLOW}.json: ${(bytes / GIB).toFixed(0)} GB in ${millions(files)} files, of which ${filesTransferred.toLocaleString('en-US')} with ${(bytesTransferred / GIB).toFixed(0)} GB change a night. A copy is what has changed since the one before.`,
      'Elastic throughput takes 4 KiB for each metadata operation; with bursting or provisioned throughput the three lines of the destination are 0.',
      '(nothing runs): the reconciler and, each minute, the orchestrator. Not in it: logs, alarms, network endpoints.',
    ],
  };
}

function gibOfMetadata(operations: number): number {
  return (operations * METADATA_BYTES) / GIB;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(1)} million`;
}
