import { createHash } from 'node:crypto';
import { isRead } from '../../simulator/faults';
import { runRecords } from '../own-work';
import type { Simulation } from '../simulation';

/** Twice is not the same as once. */
const COUNTS = /:(CreateBackup|RestoreTable|StartRestoreJob|CreateEventSourceMapping|Publish)/;
/** They look whenever time comes; what they find out ends a task, and that is seen in the states. */
const BACKGROUND = ['ReconcileWaitsFunction', 'ResumeWaitFunction'];
/** A function that comes back repeats so many changes at most before it waits again. */
const LONGEST_ATTEMPT = 4;
const BACKUP_ID = /backup\/\d+-[0-9a-f]+/g;

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
      this.changes.push(`${by} ${call} ${detail.resource}`);
      this.forgetRepeatedAttempt();
    });
  }

  /** How often a function came back says how long something took, which is no part of a trace. */
  private forgetRepeatedAttempt(): void {
    for (let size = 1; size <= LONGEST_ATTEMPT; size += 1) {
      const last = this.changes.slice(-size);
      const before = this.changes.slice(-2 * size, -size);
      if (before.length < size || last.some((change) => COUNTS.test(change))) continue;
      if (last.every((change, index) => change === before[index])) this.changes.length -= size;
    }
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
    const all = [this.changes, states, outcome, error, withoutTimes(report)];
    const text = JSON.stringify(all).replaceAll(BACKUP_ID, 'backup/ID');
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
