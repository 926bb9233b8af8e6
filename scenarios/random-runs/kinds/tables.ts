import { runSwap } from '../../dynamodb-restore/invariants';
import { brokenByOperation } from '../../dynamodb-restore/operation-invariants';
import { cleanOperation, OPERATIONS, setUp } from '../../dynamodb-restore/operations';
import { PEOPLE, STATES, type Visit } from '../../dynamodb-restore/people';
import { SCENARIOS } from '../../dynamodb-restore/scenarios';
import { swapRun } from '../../dynamodb-restore/swap-faults';
import type { Choices, Kind } from '../situation';

/** Swaps, in two of three cases with a person who works in the account. */
export const SWAPS: Kind[] = SCENARIOS.map((scenario) => ({
  workflow: 'dynamodb-swap-restore',
  name: scenario.name,
  clean: () => swapRun(scenario),
  choose: (pick) => ({
    ...pick<Choices>([
      {},
      { person: pick(PEOPLE).name, state: pick(STATES), afterSeconds: pick([0, 0, 1, 5, 20]) },
      { person: pick(PEOPLE).name, state: pick(STATES), afterSeconds: pick([0, 0, 1, 5, 20]) },
    ]),
    ...pick<Choices>([{}, {}, {}, { answer: 'refuse' }, { answer: 'none', Approval: 'Skip' }]),
    ...pick<Choices>([{}, {}, { Cleanup: false }]),
  }),
  brokenBy: async ({ choices, ...trial }) => {
    const { person, state, afterSeconds, answer, ...keys } = choices;
    const world = scenario.world();
    const operator = { ...world.operator, ...(answer && { answer: answer as 'refuse' }) };
    const visit = visitOf(choices);
    const input = { ...scenario.input, ...keys };
    return (await runSwap({ ...trial, world: { ...world, operator }, input, ...(visit && { visit }) })).broken;
  },
}));

/** Each operation on a table. */
export const OPERATIONS_ON_TABLES: Kind[] = Object.keys(OPERATIONS).map((operation) => ({
  workflow: 'dynamodb-table-operation',
  name: operation,
  clean: () => cleanOperation(operation),
  choose: () => ({}),
  brokenBy: ({ faults, doubts, seed, stop }) =>
    brokenByOperation({ ...setUp(operation), faults, doubts, seed, ...(stop && { stop }) }),
}));

function visitOf({ person: name, state, afterSeconds }: Choices): Visit | undefined {
  const person = PEOPLE.find((each) => each.name === name);
  return person && { person, state: String(state), afterSeconds: Number(afterSeconds ?? 0) };
}
