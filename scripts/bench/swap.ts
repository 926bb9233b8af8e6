import {
  COLD,
  FROM_POINT,
  fullWorld,
  recoveryPoint,
  smallWorld,
  swapInput,
  TABLE,
  VAULT,
} from '../../scenarios/dynamodb-restore/parks';
import { Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Table } from './table';

/** Twenty durations between a minute and four hours. */
const RESTORE_SECONDS = [
  60, 90, 120, 180, 240, 360, 500, 700, 900, 1200, 1500, 1800, 2400, 3000, 3600, 3800, 5400, 7200, 10_800, 14_400,
];
/** What noticing the end of the restore may cost. */
const MOST_ABOVE_BOUND_SECONDS = 12;

/** The swap of a table: how long its name is empty, and what a cold restore takes. */
export async function benchSwap(): Promise<Table[]> {
  return [await unavailability(), await coldRestore()];
}

async function unavailability(): Promise<Table> {
  const rows: Table['rows'] = [];
  for (const seconds of RESTORE_SECONDS) {
    const tableJobs = [{ Operation: 'Restore' as const, Table: TABLE, DurationSeconds: seconds }];
    const { deletion, output } = await swap(fullWorld({ tableJobs }), swapInput());
    const bound = deletion + seconds;
    const empty = Number(output.UnavailableSeconds);
    if (!(empty - bound <= MOST_ABOVE_BOUND_SECONDS))
      throw new Error(
        `The name was empty for ${empty} s, and DynamoDB needed ${bound} s for a restore of ${seconds} s.`,
      );
    rows.push([`${seconds} s`, deletion, bound, empty, empty - bound, (empty - bound) / bound]);
  }
  return {
    title: 'How long the name of a table is empty',
    columns: ['final restore', 'deletion, s', 'bound, s', 'UnavailableSeconds', 'more, s', 'share'],
    rows,
    notes: ['The bound is what DynamoDB itself takes: the deletion and the restore under the name.'],
  };
}

async function coldRestore(): Promise<Table> {
  const point = recoveryPoint(COLD);
  const world = smallWorld({ vaults: [{ BackupVaultName: VAULT }], recoveryPoints: [point] });
  const { status, transitions, historyEvents, invocations, output } = await swap(
    world,
    swapInput({ Source: FROM_POINT }),
  );
  return {
    title: 'A swap from cold storage (three hours)',
    columns: ['ended', 'RecoveryTime, s', 'transitions', 'history events', 'Lambda invocations'],
    rows: [[status, Number(output.RecoveryTime), transitions, historyEvents, invocations]],
  };
}

async function swap(world: World, input: unknown) {
  const simulation = await Simulation.open({ world });
  try {
    let deleting = 0;
    let deletion = 0;
    simulation.account.observer.observe(({ what, subject, detail, time }) => {
      if (what !== 'table' || subject !== TABLE) return;
      if (detail.state === 'DELETING') deleting = Date.parse(time);
      if (detail.state === 'DELETED') deletion = (Date.parse(time) - deleting) / 1000;
    });
    const execution = simulation.start('dynamodb-swap-restore', input);
    await simulation.finish(execution);
    const { status, history, stateTransitions: transitions } = execution;
    return {
      status,
      transitions,
      deletion,
      historyEvents: history.length,
      invocations: simulation.region.lambda.invocations.length,
      output: JSON.parse(execution.output ?? '{}') as Record<string, unknown>,
    };
  } finally {
    simulation.close();
  }
}
