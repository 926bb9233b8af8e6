import type { SimulationResult } from '../../scenarios/simulation';

/** What the run's record says of one instance, as docs/operations.md describes it. */
export interface InstanceReport {
  InstanceId: string;
  StopEc2InstanceStatus: string;
  BackupJobStatus: string;
  StartEc2InstanceStatus: string;
  PostBackupScriptStatus: string;
  FailureMessage: string;
}

export function instanceReports({ runRecord }: SimulationResult): InstanceReport[] {
  return (runRecord as { report?: { Instances?: InstanceReport[] } } | undefined)?.report?.Instances ?? [];
}
