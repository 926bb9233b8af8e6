import { createHash } from 'node:crypto';
import { isRead } from '../../simulator/faults';
import { runRecords } from '../own-work';
import type { Simulation } from '../simulation';

/** Twice is not the same as once. */
const COUNTS = /:(CreateBackup|RestoreTable|StartRestoreJob|CreateEventSourceMapping|Publish)/;
/** They look whenever time comes; what they find out ends a task, and that is seen in the states. */
const BACKGROUND = ['ReconcileWaitsFunction', 'ResumeWaitFunction'];

/**
 * Notes what a run did to the account and which way it went, without its times and ids: the changes that its functions
 * made, in their order, the states that were entered, and what the record says in the end. Runs with the same trace went
 * through the same states of the account; reads change nothing, and functions remember nothing from one call to the next.
 */
export class Trace {
  private readonly changes: string[] = [];

  constructor(private readonly simulation: Simulation) {
    const functions = [...simulation.region.lambda.functions.values()].map(({ configuration }) => configuration);
    const nameOf = new Map(functions.map(({ roleArn, logicalId }) => [roleArn, logicalId]));
    simulation.account.observer.observe(({ what, subject: call, detail }) => {
      if (what !== 'call' || isRead(call)) return;
      const by = nameOf.get(detail.principalArn);
      const isDone = detail.outcome === 'ok' || detail.outcome === 'TimeoutError';
      if (!by || BACKGROUND.includes(by) || !isDone) return;
      const change = `${by} ${call} ${detail.resource}`;
      if (this.changes.at(-1) !== change || COUNTS.test(call)) this.changes.push(change);
    });
  }

  /** The same text for the same trace. */
  get digest(): string {
    const { executions } = this.simulation.region.stepFunctions;
    const states = [...executions.values()].map(({ history, status }) => [
      ...history.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []),
      status,
    ]);
    const [run = {}] = runRecords(this.simulation);
    const { outcome, error, report } = run as { outcome?: string; error?: string; report?: object };
    const text = JSON.stringify([this.changes, states, outcome, error, withoutTimes(report)]);
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
  }
}

/** Ids, ARNs and seconds differ from run to run. */
function withoutTimes(report: object = {}): object {
  return Object.fromEntries(
    Object.entries(report).map(([key, value]) => [
      key,
      typeof value === 'number' || /Arn|Until|RestoredTo/.test(key) ? typeof value : value,
    ]),
  );
}
