// Made from worker/request.json by `npm run worker-request`: change that.

export interface WorkerCommon {
  runId: string;
  region: string;
  tableName: string;
  logUri: string;
  /** at most, of all processes; 0: 32 per vCPU */
  threads?: number;
}

export interface WorkerBackup extends WorkerCommon {
  action: 'backup';
  source: WorkerPlace;
  destination: WorkerFileSystem;
  folderLabel: string;
  interval: string;
  retain: number;
  stopAt?: string;
  verifySampleFiles?: number;
  exclude?: string[];
  acceptShrunkCopy?: string;
  discardIncomplete?: boolean;
  shrinkLimits?: WorkerShrinkLimits;
}

export interface WorkerRestore extends WorkerCommon {
  action: 'restore' | 'preview';
  backup: WorkerFileSystem;
  target: WorkerPlace;
  folderLabel: string;
  copy: WorkerCopy;
  subPath?: string;
  mode: 'newDirectory' | 'inPlace';
  deleteExtra?: boolean;
  exclude?: string[];
  /** a restore in place needs it */
  previewDigest?: string;
  runTime: string;
  stopAt?: string;
}

export interface WorkerVerify extends WorkerCommon {
  action: 'verify';
  backup: WorkerFileSystem;
  folderLabel: string;
  copy: WorkerCopy;
  /** 0: every file, and the names in every directory */
  sampleFiles?: number;
  stopAt?: string;
}

export interface WorkerCompare extends WorkerCommon {
  action: 'compare';
  source: WorkerFileSystem;
  restored: WorkerFileSystem;
  before: string;
  sampleFiles?: number;
  stopAt?: string;
}

export interface WorkerStop extends WorkerCommon {
  action: 'stop';
  /** asks the worker of `runId` on this instance to end, and waits at most so long until it has */
  waitSeconds: number;
}

interface WorkerFileSystem {
  fileSystemId: string;
}

interface WorkerPlace {
  fileSystemId: string;
  path: string;
}

/** how much less than the last good one a copy may have */
interface WorkerShrinkLimits {
  share?: number;
  files?: number;
}

export type WorkerCopy =
  | { newest: true; interval?: string }
  | { interval: string; index: number }
  | { at: string; interval?: string }
  | { name: string };

export type WorkerRequest = WorkerBackup | WorkerRestore | WorkerVerify | WorkerCompare | WorkerStop;
