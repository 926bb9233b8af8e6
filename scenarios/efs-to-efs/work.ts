import { createHash } from 'node:crypto';
import type {
  WorkerBackup,
  WorkerCommon,
  WorkerCompare,
  WorkerRequest,
  WorkerRestore,
  WorkerStop,
  WorkerVerify,
} from '../../functions/efs-to-efs/worker-request';
import type { Region } from '../../simulator/places';
import type { Caller } from '../../simulator/service';
import { clientMay } from '../../simulator/services/efs/client-access';
import type { WorldCopy, WorldWork } from '../world';

const CLIENT_ACTIONS = ['ClientMount', 'ClientWrite', 'ClientRootAccess'].map((name) => `elasticfilesystem:${name}`);

/** What the orchestrator asks of the worker, whatever the action: worker/request.json. */
export type Request = WorkerCommon & { action: WorkerRequest['action'] } & Partial<
    Omit<WorkerBackup, 'action'> &
      Omit<WorkerRestore, 'action'> &
      Omit<WorkerVerify, 'action'> &
      Omit<WorkerCompare, 'action' | 'source'> &
      Omit<WorkerStop, 'action'>
  >;

export interface Report {
  outcome: 'COMPLETED' | 'STOPPED' | 'FAILED';
  reason?: string;
  message?: string;
  [detail: string]: unknown;
}

/** Where a worker works: a region, and the copies that lie on its file systems, the newest first. */
export interface Place {
  region: Region;
  copiesOn(fileSystemId: string | undefined): WorldCopy[];
}

/** Ends a request with this outcome: changes the simulated file systems as the worker would, and returns its report. */
export function carryOut(place: Place, request: Request, work: WorldWork, outcome: Report['outcome']): Report {
  const { Files = 1000, Bytes = 1_000_000_000, FilesTransferred = 10, BytesTransferred = 10_000_000 } = work;
  const report: Report = {
    outcome,
    ...(outcome === 'FAILED' && {
      reason: work.Reason ?? 'PartialTransfer',
      message: work.Message ?? '3 files could not be copied.',
    }),
    files: Files,
    bytes: Bytes,
    filesTransferred: FilesTransferred,
    bytesTransferred: BytesTransferred,
    filesVanished: work.FilesVanished ?? 0,
    phases: { copy: work.Seconds ?? 1200 },
    logUri: request.logUri,
    ...work.Facts,
  };
  if (outcome !== 'COMPLETED') return report;
  if (request.action === 'compare') return { ...report, ...compareRestored(place, request, Files) };
  if (request.action === 'backup') return { ...report, ...addCopy(place, request, Files, Bytes) };
  return { ...report, ...useCopy(place, request) };
}

/**
 * Mounts what a request names. A file system that does not exist, or has no mount target, cannot be mounted; nor can one
 * whose policy does not let the worker's role in. Without a policy, EFS lets in every client that reaches it.
 */
export function mountProblem(region: Region, request: Request, caller: Caller): Report | undefined {
  const { source, destination, backup, target, restored } = request;
  for (const [name, place] of Object.entries({
    Source: source,
    Destination: destination,
    Backup: backup,
    Target: target,
    Restored: restored,
  })) {
    if (!place) continue;
    const fileSystem = region.efs.fileSystem(place.fileSystemId);
    const targets = fileSystem && region.efs.DescribeMountTargets({ FileSystemId: place.fileSystemId }).MountTargets;
    const isReachable = targets?.some(({ LifeCycleState }) => LifeCycleState === 'available');
    const isLetIn = CLIENT_ACTIONS.every((action) => fileSystem && clientMay(region, fileSystem, caller, action));
    if (isReachable && isLetIn) continue;
    const message = isReachable ? 'access denied by server while mounting' : 'cannot be mounted';
    const report = { reason: `${name}NotMounted`, message: `${place.fileSystemId}: ${message}` };
    return { outcome: 'FAILED', ...report, logUri: request.logUri };
  }
  return undefined;
}

function addCopy({ region, copiesOn }: Place, request: Request, Files: number, Bytes: number) {
  const { folderLabel: FolderLabel = '', interval: Interval = '', retain = 1 } = request;
  const CopiedAt = region.account.clock.date.toISOString();
  const copies = copiesOn(request.destination?.fileSystemId);
  copies.unshift({ FolderLabel, Interval, CopiedAt, Files, Bytes });
  const own = copies.filter((copy) => copy.FolderLabel === FolderLabel && copy.Interval === Interval);
  const removed = own.slice(retain);
  for (const copy of removed) copies.splice(copies.indexOf(copy), 1);
  return {
    copyName: `/${FolderLabel}/${Interval}.0`,
    copiedAt: CopiedAt,
    removedCopies: removed.length,
    verifiedFiles: 100,
  };
}

/** The files that a restore lost are those of the source that are not in the directory of the restore. */
function compareRestored({ region }: Place, request: Request, Files: number): Partial<Report> {
  const restored = region.efs.fileSystem(request.restored?.fileSystemId ?? '');
  const directories = (restored?.directories ?? []).filter((name) => name.startsWith('aws-backup-restore_'));
  if (directories.length !== 1)
    return { outcome: 'FAILED', reason: 'RestoredNotFound', message: `There are ${directories.length} directories.` };
  const lost = Math.ceil((Files * (restored?.lostFilesPercent ?? 0)) / 100);
  const found = { comparedFiles: Files, newerFiles: 0, readFiles: Math.min(Files, request.sampleFiles ?? 0) };
  if (lost === 0) return found;
  return { ...found, outcome: 'FAILED', reason: 'RestoredDiffers', message: `${lost} of ${Files} files are missing.` };
}

function useCopy(place: Place, request: Request): Partial<Report> {
  const copy = findCopy(place, request);
  if (!copy) return { outcome: 'FAILED', reason: 'CopyNotFound', message: 'There is no such copy.' };
  const digest = createHash('sha256')
    .update(`${copy.CopiedAt} ${request.subPath ?? ''}`)
    .digest('hex');
  const found = { copiedAt: copy.CopiedAt, copyName: `/${copy.FolderLabel}/${copy.Interval}` };
  if (request.action === 'preview') return { ...found, previewDigest: digest, creates: 5, overwrites: 3, deletes: 0 };
  if (request.action === 'verify') return { ...found, verifiedFiles: copy.Files };
  if (request.mode === 'inPlace' && request.previewDigest !== digest)
    return { outcome: 'FAILED', reason: 'PreviewOutdated', message: 'The preview is not of this copy any more.' };
  const target = place.region.efs.fileSystem(request.target?.fileSystemId ?? '');
  const isInPlace = request.mode === 'inPlace';
  const directory = isInPlace ? `.replaced-by-${request.runId}` : `restored-${copy.CopiedAt}-${request.runId}`;
  target?.directories.push(directory);
  return {
    ...found,
    restoredTo: isInPlace ? (request.target?.path ?? '/') : `/${directory}`,
    ...(isInPlace && { safetyCopy: `/${directory}` }),
  };
}

function findCopy({ copiesOn }: Place, { backup, folderLabel, copy }: Request): WorldCopy | undefined {
  const { interval, at, index } = { interval: undefined, at: undefined, index: undefined, ...copy };
  const copies = copiesOn(backup?.fileSystemId).filter(
    ({ FolderLabel, Interval }) => FolderLabel === folderLabel && Interval === (interval ?? Interval),
  );
  if (at !== undefined) return copies.find(({ CopiedAt }) => CopiedAt <= at);
  return copies[index ?? 0];
}
