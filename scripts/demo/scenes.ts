import { abortedRun } from './aborted-run';
import { backupTested } from './backup-tested';
import { fileSystemBackedUp } from './file-system-backed-up';
import { fileSystemCopied } from './file-system-copied';
import { fileSystemCopiedAndRestored } from './file-system-copied-and-restored';
import { fleetWithAFailingInstance } from './fleet-with-a-failing-instance';
import { looksThatFailed } from './looks-that-failed';
import type { Scene } from './scene';
import { sourceRegionDown } from './source-region-down';
import { spotInstanceTakenBack } from './spot-instance-taken-back';
import { tableSwapped } from './table-swapped';
import { writesUndone } from './writes-undone';

/** What `npm run demo` shows, in this order. */
export const scenes: Scene[] = [
  fleetWithAFailingInstance,
  abortedRun,
  fileSystemBackedUp,
  looksThatFailed,
  fileSystemCopiedAndRestored,
  sourceRegionDown,
  fileSystemCopied,
  spotInstanceTakenBack,
  tableSwapped,
  writesUndone,
  backupTested,
];
