import type { RestoreTestRun } from '../functions/restore-test/restore-test-run';
import { listRuns, runName } from './runs';
import type { Session } from './session';

/** What the restore tests of one resource came to, the last one first. */
export interface TestedResource {
  /** Its ARN. */
  resource: string;
  type: string;
  /** Milliseconds since 1970. */
  testedAt: number;
  run: string;
  verdict: 'SUCCESSFUL' | 'FAILED';
  message: string;
  checks: string[];
  /** The last good test, in milliseconds since 1970. */
  goodAt?: number;
  recoverySeconds?: number;
  rtoSeconds?: number;
  ageSeconds?: number;
  rpoSeconds?: number;
  recoveryPointArn: string;
  leftBehind?: string;
  /** Recovery times of the tests before, the newest first; null for a test that failed. */
  trend: (number | null)[];
}

const TREND = 5;
const MOST_RUNS = 1000;

interface Report {
  RecoveryTime?: number;
  RecoveryPointAge?: number;
  LeftBehind?: string;
}

/** The resources that restore tests have looked at, by their names. */
export async function listTestedResources(session: Session): Promise<TestedResource[]> {
  const runs = await listRuns(session, { workflow: 'restore-test', open: false, limit: MOST_RUNS });
  const tested = runs.filter(({ plan, verdict }) => plan && verdict) as unknown as RestoreTestRun[];
  const names = [...new Set(tested.map(({ plan }) => plan.sourceArn))].sort();
  return names.map((name) => resourceOf(tested.filter(({ plan }) => plan.sourceArn === name)));
}

function resourceOf(runs: RestoreTestRun[]): TestedResource {
  const [last, ...before] = runs;
  if (!last?.verdict) throw new Error('A resource has no test.');
  const report = (last.report ?? {}) as Report;
  const good = runs.find(({ verdict }) => verdict?.status === 'SUCCESSFUL');
  const { rtoSeconds, rpoSeconds } = last.wanted ?? {};
  return {
    resource: last.plan.sourceArn,
    type: last.plan.resourceType,
    testedAt: last.verdict.at * 1000,
    run: runName(last.runId),
    verdict: last.verdict.status,
    message: last.verdict.message,
    checks: (last.findings ?? []).map(({ check, result }) => `${check}: ${result}`),
    ...(good?.verdict && { goodAt: good.verdict.at * 1000 }),
    ...(report.RecoveryTime !== undefined && { recoverySeconds: report.RecoveryTime }),
    ...(rtoSeconds !== undefined && { rtoSeconds }),
    ...(report.RecoveryPointAge !== undefined && { ageSeconds: report.RecoveryPointAge }),
    ...(rpoSeconds !== undefined && { rpoSeconds }),
    recoveryPointArn: last.plan.recoveryPointArn,
    ...(report.LeftBehind && { leftBehind: report.LeftBehind }),
    trend: before.slice(0, TREND).map((run) => (run.report as Report | undefined)?.RecoveryTime ?? null),
  };
}
