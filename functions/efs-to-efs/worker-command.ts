import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { isoTime, nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { RUNS_TABLE } from '../shared/runs/runs';
import { putOnce } from './put-once';
import type { EfsToEfsRun, WorkerReport } from './run';
import { DOCUMENT_NAME, LOG_BUCKET } from './settings';
import type {
  WorkerBackup,
  WorkerCommon,
  WorkerCompare,
  WorkerRequest,
  WorkerRestore,
  WorkerVerify,
} from './worker-request';

const REGION = requireEnv('AWS_REGION');
const ARCHIVE = join(requireEnv('LAMBDA_TASK_ROOT'), 'efs-to-efs-worker.pyz');
const DELIVERY_SECONDS = 600;
/** How much longer than its window a worker may run before SSM ends it. */
const GRACE_SECONDS = 600;
/** Less than the time that is left of the window when a run is stopped. */
const STOP_WAIT_SECONDS = 780;
/**
 * No page gives a limit for the parameters of SendCommand; the document they are put into has at most 64 KB (AWS General
 * Reference, Systems Manager quotas). The worker has the same bound: worker/request.py.
 */
const MOST_REQUEST_CHARACTERS = 20_000;
/** Of a request without what all have; what the record lacks is left out. */
type Body<Request> = Request extends { action: infer Action }
  ? { action: Action } & {
      [Key in keyof Omit<Request, 'action' | keyof WorkerCommon>]: Request[Key & keyof Request] | undefined;
    }
  : never;

const OPEN_STATUSES: string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];
const REPORT_LINE = /^REPORT (\{.*\})$/m;
// SendCommand has no idempotency token: the SDK must not send it again by itself when an answer is lost.
const sender = new SSMClient({ maxAttempts: 1 });

/** Whether the SSM agent on the instance answers. */
export async function isOnline(instanceId: string): Promise<boolean> {
  const { InstanceInformationList } = await ssmIn(REGION).send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] }),
  );
  return InstanceInformationList?.[0]?.PingStatus === 'Online';
}

/** Sends the run's work to an instance and returns the command's id. Not safe to repeat: see findWork. */
export async function sendWork(run: EfsToEfsRun, instanceId: string): Promise<string> {
  const seconds = (run.windowEndsAt ?? 0) - nowSeconds() + GRACE_SECONDS;
  return send(run, instanceId, workRequest(run), seconds);
}

/** The command that an earlier attempt sent but did not record, if there is one. */
export async function findWork(run: EfsToEfsRun, instanceId: string): Promise<string | undefined> {
  const { Commands } = await ssmIn(REGION).send(new ListCommandsCommand({ InstanceId: instanceId }));
  return Commands?.find(({ Comment }) => Comment === commentOf(run, run.settings?.action ?? 'backup'))?.CommandId;
}

/** What keeps the run's work from being sent, whatever is tried: its request is too long for SSM. Nothing if all is well. */
export function problemsOfRequest(run: EfsToEfsRun): string[] {
  const { length } = encode(run, workRequest(run));
  if (length <= MOST_REQUEST_CHARACTERS) return [];
  const names = 'path, subPath, target.path and exclude';
  return [
    `The request to the worker has ${length} characters, SSM takes ${MOST_REQUEST_CHARACTERS}: shorten ${names}.`,
  ];
}

/** Asks the worker to stop cleanly and to upload its logs. Safe to repeat. */
export async function sendStop(run: EfsToEfsRun, instanceId: string): Promise<void> {
  await send(run, instanceId, { action: 'stop', waitSeconds: STOP_WAIT_SECONDS }, STOP_WAIT_SECONDS + 60);
}

/** How the command ended, and the report in its output; nothing while it runs. */
export async function readEnd(
  commandId: string,
  instanceId: string,
): Promise<{ end: { status: string; exitCode: number }; report?: WorkerReport } | undefined> {
  const invocation = await invocationOf(commandId, instanceId);
  if (!invocation?.Status || OPEN_STATUSES.includes(invocation.Status)) return undefined;
  const end = { status: invocation.StatusDetails ?? invocation.Status, exitCode: invocation.ResponseCode ?? -1 };
  const line = REPORT_LINE.exec(invocation.StandardOutputContent ?? '')?.[1];
  return line ? { end, report: JSON.parse(line) as WorkerReport } : { end };
}

async function invocationOf(CommandId: string, InstanceId: string) {
  try {
    return await ssmIn(REGION).send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  } catch (error) {
    // SSM answers so for a moment after SendCommand.
    if (hasName(error, 'InvocationDoesNotExist')) return undefined;
    throw error;
  }
}

/** What a request says beside what all have; the worker refuses one in which a key is missing. */
function workRequest({
  settings,
  stopAt = 0,
  startedAt,
}: EfsToEfsRun): Body<WorkerBackup | WorkerRestore | WorkerVerify | WorkerCompare> {
  const { action = 'backup', folderLabel } = settings ?? {};
  if (action === 'compare') {
    const { source, restored, before, sampleFiles } = settings ?? {};
    const place = source && { fileSystemId: source.fileSystemId };
    return { action, source: place, restored, before, sampleFiles, stopAt: isoTime(stopAt) };
  }
  const common = { folderLabel, stopAt: isoTime(stopAt) };
  if (action === 'backup') {
    const { source, destination, interval, retain, verifySampleFiles } = settings ?? {};
    const { exclude, acceptShrunkCopy, discardIncomplete } = settings ?? {};
    const wishes = { exclude, acceptShrunkCopy, discardIncomplete };
    return { ...common, action, source, destination, interval, retain, verifySampleFiles, ...wishes };
  }
  const { backup, target, copy, subPath, into, deleteExtra, exclude, previewDigest, sampleFiles } = settings ?? {};
  if (action === 'verify') return { ...common, action, backup, copy, sampleFiles };
  const runTime = isoTime(startedAt);
  return { ...common, action, backup, target, copy, subPath, mode: into, deleteExtra, exclude, previewDigest, runTime };
}

async function send(
  run: EfsToEfsRun,
  instanceId: string,
  request: Body<WorkerRequest>,
  timeoutSeconds: number,
): Promise<string> {
  const archive = readFileSync(ARCHIVE);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const key = `worker/${sha256}.pyz`;
  await putOnce(key, archive);
  const encoded = encode(run, request);
  if (encoded.length > MOST_REQUEST_CHARACTERS) throw new Error(`The request has ${encoded.length} characters.`);
  const { Command } = await sender.send(
    new SendCommandCommand({
      DocumentName: DOCUMENT_NAME,
      DocumentVersion: '$LATEST',
      InstanceIds: [instanceId],
      Comment: commentOf(run, request.action),
      TimeoutSeconds: DELIVERY_SECONDS,
      Parameters: {
        WorkerUri: [`s3://${LOG_BUCKET}/${key}`],
        WorkerSha256: [sha256],
        Request: [encoded],
        TimeoutSeconds: [String(timeoutSeconds)],
      },
    }),
  );
  if (!Command?.CommandId) throw new Error('SSM accepted the command but named no command id.');
  return Command.CommandId;
}

function encode({ runId }: EfsToEfsRun, { action, ...body }: Body<WorkerRequest>): string {
  const logUri = `s3://${LOG_BUCKET}/logs/${runId}/`;
  const common: WorkerCommon = { runId, region: REGION, tableName: RUNS_TABLE, logUri };
  const whole = { ...common, action, ...body };
  return Buffer.from(JSON.stringify(whole)).toString('base64');
}

/** At most 100 characters (API_SendCommand). */
function commentOf({ runId }: EfsToEfsRun, action: string): string {
  return `${action} ${createHash('sha256').update(runId).digest('hex').slice(0, 32)}`;
}
