import type { WaitKind } from '../waits';
import { backupJob } from './backup-job';
import { copyJob } from './copy-job';
import { instanceStarted } from './instance-started';
import { instanceStopped } from './instance-stopped';
import { mountTargets } from './mount-targets';
import { restoreJob } from './restore-job';
import { snapshotStarted } from './snapshot-started';
import { ssmCommand } from './ssm-command';

const kinds: WaitKind[] = [
  backupJob,
  copyJob,
  instanceStarted,
  instanceStopped,
  mountTargets,
  restoreJob,
  snapshotStarted,
  ssmCommand,
];

/** The kind of a stored wait: the only list of all kinds, for the two functions that meet every kind. */
export function waitKind(name: string): WaitKind {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no wait of kind ${name}.`);
  return kind;
}
