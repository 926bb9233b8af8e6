import type { WaitKind } from '../waits';
import { approval } from './approval';
import { backupJob } from './backup-job';
import { comparison } from './comparison';
import { copyJob } from './copy-job';
import { fileSystemGone } from './file-system-gone';
import { fileSystemMetered } from './file-system-metered';
import { instanceGone } from './instance-gone';
import { instanceStarted } from './instance-started';
import { instanceStopped } from './instance-stopped';
import { instanceTestable } from './instance-testable';
import { mountTargets } from './mount-targets';
import { mountTargetsGone } from './mount-targets-gone';
import { restoreJob } from './restore-job';
import { snapshotStarted } from './snapshot-started';
import { ssmCommand } from './ssm-command';
import { tableActive } from './table-active';
import { tableBack } from './table-back';
import { tableBackup } from './table-backup';
import { tableExport } from './table-export';
import { tableGone } from './table-gone';
import { tableIndex } from './table-index';
import { tableRestorable } from './table-restorable';
import { testedResource } from './tested-resource';

/** Every kind of wait. */
export const kinds: readonly WaitKind[] = [
  approval,
  backupJob,
  comparison,
  copyJob,
  fileSystemGone,
  fileSystemMetered,
  instanceStarted,
  instanceStopped,
  instanceGone,
  instanceTestable,
  mountTargets,
  mountTargetsGone,
  restoreJob,
  snapshotStarted,
  ssmCommand,
  tableActive,
  tableBack,
  tableBackup,
  tableExport,
  tableGone,
  tableIndex,
  tableRestorable,
  testedResource,
];

/** The kind of a stored wait. Only the two functions that handle every kind import this list. */
export function waitKind(name: string): WaitKind {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no wait of kind ${name}.`);
  return kind;
}

/** The resource that an event names, and the kinds of wait for which it is a reason to look. */
export function reasonToLook(
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
): { resource: string; kinds: WaitKind[] } | undefined {
  const told = kinds.filter(
    ({ event }) =>
      event?.detailType === detailType && !event.ignoredStates?.includes(String(detail[event.state ?? 'state'])),
  );
  const resource = detail[told[0]?.event?.resource ?? ''];
  return typeof resource === 'string' ? { resource, kinds: told } : undefined;
}
