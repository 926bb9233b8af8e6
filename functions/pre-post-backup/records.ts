import { requireEnv } from '../shared/config';
import { getTogether } from '../shared/items';
import { RUNS_TABLE } from '../shared/runs/runs';
import type { Wait } from '../shared/waits/waits';
import { type Group, type GroupInStep, groupItem, STEPS, waitId } from './groups';
import type { FleetRun } from './settings';

const WAITS_TABLE = requireEnv('WAITS_TABLE');

/** What is recorded of a group: its run, itself with the waits of its steps. A step reads it once, in one request. */
export async function readRecords(
  runId: string,
  index: number,
): Promise<{ run: FleetRun | undefined; group: GroupInStep }> {
  const item = groupItem(index);
  const idOf = Object.fromEntries(STEPS.map((step) => [step, waitId({ runId, item }, step)]));
  const found = await getTogether({
    [RUNS_TABLE]: [
      { runId, item: 'run' },
      { runId, item },
    ],
    [WAITS_TABLE]: Object.values(idOf).map((id) => ({ id })),
  });
  const ofRun = (found[RUNS_TABLE] ?? []) as unknown as (FleetRun | Group)[];
  const ofWaits = (found[WAITS_TABLE] ?? []) as unknown as Wait[];
  const run = ofRun.find((each): each is FleetRun => each.item === 'run');
  const group = ofRun.find((each): each is Group => each.item === item);
  if (!group) throw new Error(`The run ${runId} has no ${item}.`);
  const waits: GroupInStep['waits'] = {};
  for (const step of STEPS) {
    const wait = ofWaits.find(({ id }) => id === idOf[step]);
    if (wait) waits[step] = wait;
  }
  return { run, group: { ...group, waits } };
}
