import { AsyncLocalStorage } from 'node:async_hooks';
import { executionArnOf } from './runs/run-id';

const current = new AsyncLocalStorage<string>();
/** API_AssumeRole: 2 to 64 of these characters. */
const NAME_LIMIT = 64;
const RUN_LIMIT = 36;

/** Carries out something for a run: whatever it calls knows the run. */
export function forRun<Result>(runId: string | undefined, act: () => Promise<Result>): Promise<Result> {
  return runId === undefined ? act() : current.run(runId, act);
}

/**
 * The name of a session of an assumed role, which the other account's CloudTrail shows: the run, as much as fits, and the
 * end of its state machine's name, which is the workflow. `nightly@backup-workflows-efs-backup`.
 */
export function sessionName(): string {
  const [machine = '', run = ''] = executionArnOf(current.getStore() ?? '')
    .split(':')
    .slice(6);
  if (!machine) return 'backup-workflows';
  const name = run.slice(0, RUN_LIMIT);
  return `${name}@${machine.slice(name.length + 1 - NAME_LIMIT)}`.replaceAll(/[^\w+=,.@-]/g, '-');
}
