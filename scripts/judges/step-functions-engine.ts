import { isDeepStrictEqual } from 'node:util';
import { askPython } from './ask-python';
import type { Difference, Judge } from './judge';
import { type RecordedExecution, recordTraffic } from './traffic';

/** How moto's engine replayed an execution: scripts/python/moto_judge.py. */
interface Replay {
  refused?: string;
  status: string;
  output?: unknown;
  error?: string;
  cause?: string;
  states: string[];
  asked: { state: string; arguments: unknown; unknown: boolean }[];
  /** Recorded answers that were never asked for. */
  left: number;
}

/**
 * An engine of Step Functions that others wrote, moto's: it runs each state machine as the simulated account resolved it,
 * on the same input, with the recorded outcomes of the tasks. It must enter the same states, ask for the same tasks with
 * the same arguments, and end alike.
 */
export const stepFunctionsEngine: Judge = {
  name: "moto's Step Functions",
  async ask(root) {
    const { executions } = await recordTraffic();
    const replays = replayAll(root, executions);
    const differences = executions.flatMap((execution, index) =>
      differencesOf(execution, replays[index] ?? ({ refused: 'no answer' } as Replay)),
    );
    const machines = new Set(executions.map(({ arn }) => machineOf(arn))).size;
    const tasks = executions.reduce((sum, execution) => sum + execution.tasks.length, 0);
    return { asked: `${executions.length} executions of ${machines} state machines, ${tasks} tasks`, differences };
  },
};

function replayAll(root: string, executions: RecordedExecution[]): Replay[] {
  const asked = { environment: 'judges', program: 'moto_judge.py', lines: executions } as const;
  return askPython(root, asked, 'moto could not be asked')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Replay);
}

function differencesOf(execution: RecordedExecution, replay: Replay): Difference[] {
  const machine = machineOf(execution.arn);
  const found = (what: string, example: string): Difference => ({ what: `${machine} ${what}`, count: 1, example });
  if (replay.refused !== undefined) return [found('is refused', replay.refused)];
  const unknown = replay.asked.filter((task) => task.unknown);
  const ours = endOf(execution.status, execution.output && JSON.parse(execution.output), execution.error);
  const theirs = endOf(replay.status, replay.output, replay.error);
  return [
    ...unknown.map((task) => found(`asks ${task.state} for something else`, JSON.stringify(task.arguments))),
    ...(replay.left > 0 ? [found('asks for fewer tasks', `${replay.left} left`)] : []),
    ...(isDeepStrictEqual(execution.states, replay.states)
      ? []
      : [found('enters other states', `${execution.states.join(', ')}; ${replay.states.join(', ')}`)]),
    ...(isDeepStrictEqual(ours, theirs)
      ? []
      : [found('ends otherwise', `${JSON.stringify(ours)} here, ${JSON.stringify(theirs)} there`)]),
  ];
}

function endOf(status: string, output: unknown, error: string | undefined) {
  return status === 'SUCCEEDED' ? { status, output } : { status, error: error ?? null };
}

function machineOf(arn: string): string {
  return arn.split(':')[6] ?? '';
}
