/**
 * The id of a run that is an execution: `<execution's ARN>/<StartTime>`. A name of an execution can be used again 90 days
 * after the execution closed, and records stay longer, so the ARN alone names no run. Locks, waits, tokens and names
 * follow from this id. Runs that began before this rule, and runs of EFS-to-EFS, have ids without a start time.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function runIdOf(executionArn: string, startedAt: Date): string {
  return `${executionArn}/${startedAt.toISOString()}`;
}

/** The ARN of a run's execution, which is what people type and read. The id itself for a run that is no execution. */
export function executionArnOf(runId: string): string {
  return runId.split('/')[0] ?? runId;
}

/** When a run's execution started, in milliseconds since 1970; undefined when the id does not have it. */
export function startOf(runId: string): number | undefined {
  const start = runId.split('/')[1];
  return start === undefined ? undefined : Date.parse(start);
}

const DAY_MS = 24 * 3600 * 1000;
/** No two executions of a name start within 90 days; a record without a start time was written within days of the start. */
const LATEST_RECORD_MS = 60 * DAY_MS;

/**
 * Whether a record belongs to the execution that started at `startedAt`, and not to one that had its name before or
 * after. A day's tolerance: Step Functions reports the start in states, events and answers, perhaps rounded differently.
 */
export function isOfExecution(record: { runId: string; startedAt: number }, startedAt: Date): boolean {
  const start = startOf(record.runId);
  if (start !== undefined) return Math.abs(start - startedAt.getTime()) < DAY_MS;
  const lateMs = record.startedAt * 1000 - startedAt.getTime();
  return lateMs > -DAY_MS && lateMs < LATEST_RECORD_MS;
}
