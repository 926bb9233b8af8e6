import { consolePage, executionPage } from '../../functions/shared/runs/console-page';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import type { RunRecord } from '../../functions/shared/runs/runs';
import type { Link } from './picture';

/** More would be a list that no person reads. */
const MOST_LINKS = 40;

/** The pages of the AWS console that show a run: its executions, and the jobs and recovery points that its record names. */
export function consoleLinks(runId: string, record: RunRecord | undefined): Link[] {
  const links: Link[] = [];
  const executions = [runId, record?.undoExecutionArn].flatMap((id) =>
    id?.startsWith('arn:') ? [executionArnOf(id)] : [],
  );
  executions.forEach((arn, index) => {
    const url = executionPage(arn);
    if (url) links.push({ text: index === 0 ? 'execution' : 'undo', url });
  });
  const vault = vaultIn(record?.settings);
  for (const { text, arn } of vault ? recoveryPointsIn(record?.report) : []) {
    const page = consolePage(arn, 'backup');
    const place = `#/backupvaults/details/${encodeURIComponent(vault)}/${encodeURIComponent(arn)}`;
    if (page) links.push({ text, url: page + place });
  }
  return links.slice(0, MOST_LINKS);
}

/** The vault that the run's settings name, at whatever depth. */
function vaultIn(settings: unknown): string {
  if (typeof settings !== 'object' || settings === null) return '';
  const { BackupVaultName, ...others } = settings as Record<string, unknown>;
  if (typeof BackupVaultName === 'string') return BackupVaultName;
  return Object.values(others).map(vaultIn).find(Boolean) ?? '';
}

function recoveryPointsIn(report: unknown): { text: string; arn: string }[] {
  if (typeof report !== 'object' || report === null) return [];
  return Object.entries(report).flatMap(([key, value]) => {
    if (Array.isArray(value))
      return value.flatMap((member) =>
        recoveryPointsIn(member).map(({ text, arn }) => ({ text: `${text} ${member.InstanceId ?? ''}`.trim(), arn })),
      );
    return key === 'RecoveryPointArn' && typeof value === 'string' ? [{ text: 'recovery point', arn: value }] : [];
  });
}
