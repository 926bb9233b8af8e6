import {
  type DescribeBackupVaultCommandOutput,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { lookAtVault } from '../../shared/backup-vault';
import { backupIn } from '../../shared/clients/backup';
import { hasName } from '../../shared/error-name';
import { missingRight } from '../../shared/missing-right';
import { describeError } from '../../shared/task';
import { accountOf, type Destination, destinationOf } from '../destination';
import type { RecoverySettings } from '../input';
import { isNoAnswer } from '../no-answer';
import { explainRefusal } from '../refusals';
import { fileSystemArn } from './recovery-points';

/** The destination vault and the recovery points of the file system in it, or why they could not be read. */
export interface DestinationVault {
  vault?: DescribeBackupVaultCommandOutput;
  points: RecoveryPointByBackupVault[];
  /** False when the region does not answer, or not to this role: then it gets no further calls. */
  isReachable: boolean;
  problems: string[];
  /** Looks that were refused without ending the preflight. */
  warnings: string[];
}

/** Reads the destination vault, if the input names it. Changes nothing. */
export async function lookIntoDestination(
  lookup: Partial<RecoverySettings>,
  sourceRegion: string,
): Promise<DestinationVault> {
  const { BackupVaultDestinationArn, DestinationRegionName, FileSystemID } = lookup;
  const nothing = { points: [], isReachable: true, problems: [], warnings: [] };
  if (!BackupVaultDestinationArn || !DestinationRegionName) return nothing;
  const destination = destinationOf({ ...lookup, BackupVaultDestinationArn, DestinationRegionName });
  const { region, accountId, vaultName, assumeRoleArn } = destination;
  if (accountId !== accountOf(assumeRoleArn)) {
    const problem = `DestinationAssumeRole: the vault belongs to the account ${accountId}; give a role of that account, which alone can restore from it`;
    return { ...nothing, isReachable: false, problems: [problem] };
  }
  const backup = backupIn(region, assumeRoleArn);
  const points: RecoveryPointByBackupVault[] = [];
  try {
    const look = await lookAtVault(backup, vaultName, region, 'BackupVaultDestinationArn');
    if (look.problems.length > 0) return { ...nothing, ...look };
    if (FileSystemID) {
      const query = {
        BackupVaultName: vaultName,
        ByResourceArn: fileSystemArn({ ...lookup, FileSystemID }, sourceRegion),
      };
      for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, query))
        points.push(...(page.RecoveryPoints ?? []));
    }
    return { ...nothing, points, ...look };
  } catch (error) {
    const { isReachable, problem } = explain(error, destination, lookup);
    return { ...nothing, isReachable, problems: [problem] };
  }
}

function explain(
  error: unknown,
  { region, vaultName }: Destination,
  lookup: Partial<RecoverySettings>,
): { isReachable: boolean; problem: string } {
  const unreachable = (problem: string) => ({ isReachable: false, problem });
  const roleKey = lookup.DestinationAssumeRole ? 'DestinationAssumeRole' : 'AutomationAssumeRole';
  const refusal = explainRefusal(error, { region, regionKey: 'DestinationRegionName', roleKey });
  if (refusal) return unreachable(refusal);
  const { code, message } = error as Error & { code?: string };
  if (code === 'ENOTFOUND') return unreachable(`DestinationRegionName: there is no region ${region}`);
  if (isNoAnswer(error))
    return unreachable(`DestinationRegionName: ${region} does not answer (${describeError(error)})`);
  const right = hasName(error, 'AccessDeniedException') && missingRight(error);
  if (right)
    return {
      isReachable: true,
      problem: `${roleKey}: the recovery points of ${vaultName} cannot be listed without ${right} (${message})`,
    };
  // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
  if (!hasName(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
  return {
    isReachable: true,
    problem: `BackupVaultDestinationArn: there is no backup vault ${vaultName} in ${region} that may be used (${message})`,
  };
}
