import { AsyncLocalStorage } from 'node:async_hooks';
import { executionArnOf } from './runs/run-id';

/** What is worked for: a run, and which part of it. */
interface Current {
  runId?: string;
  item?: string;
  /** How often Step Functions has retried the state. */
  retryCount?: number;
}

const current = new AsyncLocalStorage<Current>();
const STACK_NAME = process.env.STACK_NAME ?? '';
/** API_AssumeRole: 2 to 64 of these characters. */
const NAME_LIMIT = 64;
const RUN_LIMIT = 36;

/** Carries out something for a run: whatever it calls knows the run. */
export function forRun<Result>(runId: string | undefined, act: () => Promise<Result>, item?: string): Promise<Result> {
  return runId === undefined ? act() : inAttempt({ runId, ...(item && { item }) }, act);
}

/** The same in an attempt of a state. */
export function inAttempt<Result>(attempt: Current, act: () => Promise<Result>): Promise<Result> {
  return current.run(attempt, act);
}

/** How often Step Functions has retried the state; 0 where it does not say. */
export function retryCount(): number {
  return current.getStore()?.retryCount ?? 0;
}

/** The run in the words of logs and traces: its id, its workflow if it is an execution, and the part of it that is worked on. */
export function currentKeys(): { runId?: string; workflow?: string; item?: string } {
  const store = current.getStore();
  if (store?.runId === undefined) return {};
  const workflow = machineOf(store.runId)
    .replace(`${STACK_NAME}-`, '')
    .replace(/-undo$/, '');
  return { runId: store.runId, ...(workflow && { workflow }), ...(store.item && { item: store.item }) };
}

/** The name of the state machine; empty for a run that is no execution. */
function machineOf(runId: string): string {
  return executionArnOf(runId).split(':')[6] ?? '';
}

/**
 * The name of a session of an assumed role, which the other account's CloudTrail shows: the run, as much as fits, and the
 * end of its state machine's name, which is the workflow. `nightly@backup-workflows-efs-backup`.
 */
export function sessionName(): string {
  const [machine = '', run = ''] = executionArnOf(current.getStore()?.runId ?? '')
    .split(':')
    .slice(6);
  if (!machine) return 'backup-workflows';
  const name = run.slice(0, RUN_LIMIT);
  return `${name}@${machine.slice(name.length + 1 - NAME_LIMIT)}`.replaceAll(/[^\w+=,.@-]/g, '-');
}
