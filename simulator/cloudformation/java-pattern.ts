import { SimulatorError } from '../errors';

/** What JavaScript does not read as Java does, with which CloudFormation reads patterns; outside of a class. */
const UNLIKE: [RegExp, string][] = [
  [/^\\(?![dDwWsSbBbfnrtu]|[^A-Za-z0-9])/, 'an escape'],
  [/^\(\?[a-zA-Z-]+[:)]/, 'flags inside the pattern'],
  [/^\(\?<[=!]/, 'a look behind'],
  [/^[*+?}]\+/, 'a quantifier that gives nothing back'],
  [/^\[\^?\]/, 'a class without characters'],
  [/^\{(?!\d+(,\d*)?\})/, 'a brace that is no quantifier'],
];
const UNLIKE_IN_CLASS: [RegExp, string][] = [
  [/^\\(?![dDwWsSfnrtu]|[^A-Za-z0-9])/, 'an escape'],
  [/^\[/, 'a class within a class'],
  [/^&&/, 'an intersection of classes'],
];

/**
 * A pattern that must match all of a value, as JavaScript reads it. Throws a SimulatorError where Java would read it in
 * another way. https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
 */
export function commonPattern(pattern: string, where: string): RegExp {
  const unlike = unlikeIn(pattern);
  if (unlike) throw new SimulatorError(`${where} has ${unlike}, which CloudFormation may read in another way.`);
  return new RegExp(`^(?:${pattern})$`);
}

function unlikeIn(pattern: string): string | undefined {
  let isInClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const rest = pattern.slice(at);
    const found = (isInClass ? UNLIKE_IN_CLASS : UNLIKE).find(([construct]) => construct.test(rest));
    if (found) return found[1];
    if (rest.startsWith('\\')) at += 1;
    else if (rest.startsWith('[')) isInClass = true;
    else if (rest.startsWith(']')) isInClass = false;
  }
  return undefined;
}
