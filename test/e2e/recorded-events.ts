import { type Kind, openTest, startTest } from '../../scenarios/restore-test/tests';
import { Simulation } from '../../scenarios/simulation';
import { hasEntered } from '../../scenarios/states';
import type { World } from '../../scenarios/world';
import type { Fault } from '../../simulator/faults';

const DAY_SECONDS = 24 * 3600;

/** One invocation of a function, as the simulated account made it. */
export interface RecordedEvent {
  /** The function's id in the template. */
  logicalId: string;
  event: unknown;
}

/** A test of a backup, which may wait for AWS Backup to restore for it. */
export interface RestoreTest {
  testOf: Kind;
  abortedIn?: string;
}

export interface Run {
  workflow: string;
  input: object;
  world: World;
  faults?: Fault[];
  /** An operator stops the execution when it enters this state. */
  abortedIn?: string;
  /** The run that follows, by the first one's execution. */
  followedBy?: (executionArn: string) => Pick<Run, 'workflow' | 'input'>;
}

/** What a function tells its events apart by: the one that has several branches, the orchestrator of EFS-to-EFS. */
export function kindOf(event: unknown): string {
  const { mode = '', action = '', 'detail-type': detailType = '' } = (event ?? {}) as Record<string, unknown>;
  return `${mode} ${action} ${detailType}`;
}

/**
 * The events that the functions get in a run, in their order: those of the state machines, of the rules and of the
 * schedules. Each function's first one of each kind.
 */
export async function recordEvents(wanted: Run | RestoreTest): Promise<RecordedEvent[]> {
  const { abortedIn } = wanted;
  const simulation = await ('testOf' in wanted ? openTest({ kind: wanted.testOf }) : Simulation.open(wanted));
  try {
    const { account, region } = simulation;
    const recorded = new Map<string, RecordedEvent>();
    const run = region.lambda.run.bind(region.lambda);
    jest.spyOn(region.lambda, 'run').mockImplementation((functionArn, event) => {
      const { logicalId = functionArn } = region.lambda.functions.get(functionArn)?.configuration ?? {};
      const key = `${logicalId} ${kindOf(event)}`;
      if (!recorded.has(key)) recorded.set(key, { logicalId, event: structuredClone(event) });
      return run(functionArn, event);
    });
    const execution =
      'testOf' in wanted ? startTest(simulation, wanted.testOf) : simulation.begin(wanted.workflow, wanted.input);
    if (abortedIn) {
      const isThere = () => [...region.stepFunctions.executions.values()].some((each) => hasEntered(each, abortedIn));
      await account.clock.runUntil(isThere, DAY_SECONDS);
      region.stepFunctions.StopExecution({ executionArn: execution.arn });
    }
    await simulation.finish(execution);
    if ('followedBy' in wanted && wanted.followedBy) {
      const next = wanted.followedBy(execution.arn);
      await simulation.finish(simulation.begin(next.workflow, next.input));
    }
    return [...recorded.values()];
  } finally {
    simulation.close();
  }
}
