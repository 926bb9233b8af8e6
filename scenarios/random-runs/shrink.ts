import { DOUBTS } from '../../simulator/doubts/list';
import type { Situation } from './situation';

/**
 * The smallest situation that still breaks something: parts are left out as long as `isBroken` holds without them. What
 * is left out behaves as usual, doubts in their worst way.
 */
export async function shrink(
  situation: Situation,
  isBroken: (situation: Situation) => Promise<boolean>,
): Promise<Situation> {
  let smallest = situation;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const candidate of smallerThan(smallest)) {
      if (!(await isBroken(candidate))) continue;
      smallest = candidate;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

/** Situations with one part less, the large parts first. */
function smallerThan(situation: Situation): Situation[] {
  const { stop, faults, doubts, choices, ...rest } = situation;
  const whole = { ...rest, faults, doubts, choices };
  const isWorst = ([name, behaviour]: [string, unknown]) => DOUBTS[name as keyof typeof DOUBTS].worst === behaviour;
  const others = Object.entries(doubts).filter((entry) => !isWorst(entry));
  return [
    ...(Object.keys(doubts).length > 0 ? [{ ...situation, doubts: {} }] : []),
    ...(stop ? [whole] : []),
    ...faults.map((left) => ({ ...situation, faults: faults.filter((fault) => fault !== left) })),
    ...Object.keys(choices).map((left) => ({ ...situation, choices: without(choices, left) })),
    ...(others.length < Object.keys(doubts).length ? [{ ...situation, doubts: Object.fromEntries(others) }] : []),
    ...others.map(([left]) => ({ ...situation, doubts: without(doubts, left) })),
    ...faults.flatMap((fault, index) =>
      'times' in fault && fault.times !== undefined && fault.times !== 1
        ? [{ ...situation, faults: faults.with(index, { ...fault, times: 1 }) }]
        : [],
    ),
  ];
}

function without<Values extends object>(values: Values, name: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name)) as Values;
}
