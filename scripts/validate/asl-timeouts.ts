import type { Check, Path } from './project';
import { statesOf, waitsForToken } from './states';

/** Everything that waits has an end: the state machine and each task a timeout, each task token a heartbeat below it. */
export const aslTimeouts: Check = (project) =>
  project.stateMachines.flatMap((machine) => {
    const report = (path: Path, message: string) => project.finding(machine.file, path, 'asl-timeouts', message);
    const tasks = statesOf(machine).filter(({ state }) => state.Type === 'Task');
    return [
      ...(machine.definition.TimeoutSeconds ? [] : [report([], 'the state machine has no TimeoutSeconds')]),
      ...tasks.flatMap(({ name, state: { TimeoutSeconds, HeartbeatSeconds, ...state }, path }) => {
        if (TimeoutSeconds === undefined) return [report(path, `'${name}' has no TimeoutSeconds`)];
        if (!waitsForToken(state)) return [];
        if (HeartbeatSeconds === undefined) {
          return [report(path, `'${name}' waits for a task token and has no HeartbeatSeconds`)];
        }
        if (Number(HeartbeatSeconds) >= Number(TimeoutSeconds)) {
          return [report([...path, 'HeartbeatSeconds'], `the heartbeat of '${name}' is not below its timeout`)];
        }
        return [];
      }),
    ];
  });
