import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Action, killRound, type Round } from '../../scenarios/worker/kill-actions';
import type { Shim } from '../../scenarios/worker/shim';
import type { Table } from '../bench/table';

/**
 * Rounds of kills until there were as many as asked for. Each is noted in `log`, if there is one: the same command then
 * continues after the rounds that are there.
 */
export async function benchKills(kills: number, firstSeed: number, log?: string, shim?: Shim): Promise<Table> {
  const rounds: Round[] =
    log && existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
  const total = () => rounds.flatMap((round) => Object.values(round.kills)).reduce((sum, number) => sum + number, 0);
  while (total() < kills) {
    const round = await killRound(firstSeed + rounds.length, shim);
    rounds.push(round);
    if (log) appendFileSync(log, `${JSON.stringify(round)}\n`);
  }
  const broken = rounds.flatMap((round) => round.broken);
  process.exitCode = broken.length > 0 ? 1 : 0;
  const actions = [...new Set(rounds.flatMap((round) => Object.keys(round.kills) as Action[]))];
  const of = (action: Action) => rounds.reduce((sum, round) => sum + (round.kills[action] ?? 0), 0);
  return {
    title: `${total()} kills at random instants`,
    columns: ['action', 'kills', 'broken promises'],
    rows: actions.map((action) => [
      action,
      of(action),
      broken.filter(
        (what) =>
          what.includes(`: ${action}, `) ||
          (action === 'backup and removal' && what.includes('kill ') && !what.includes(', kill ')),
      ).length,
    ]),
    notes: [
      `${rounds.length} rounds, seeds ${firstSeed} to ${firstSeed + rounds.length - 1}. After every kill all copies are compared with what they were, in content and attributes.`,
      ...broken,
    ],
  };
}
