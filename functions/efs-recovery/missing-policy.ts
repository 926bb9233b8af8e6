import type { RecoveryRun } from './recovery-run';

/**
 * Whether the restored file system may lack a file system policy that its source has: it could not be read, or not be put
 * back. Without a policy EFS lets every client in that reaches a mount target.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function isPolicyMissing({ fileSystem, isPolicyRefused = false }: RecoveryRun): boolean {
  return fileSystem.policy === undefined || isPolicyRefused;
}

/** Whether no mount target is to be made, because the input asks for a policy that is known. */
export function withholdsMountTargets(run: RecoveryRun): boolean {
  return run.settings.UnknownPolicy === 'NoMountTargets' && isPolicyMissing(run);
}
