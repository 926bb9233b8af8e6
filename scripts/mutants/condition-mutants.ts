/** A change of a text: the text and what takes its place. */
interface Change {
  from: string;
  to: string;
}

/** Always holds: no item has such an attribute. All names and values of the condition are still used. */
const ALWAYS = 'attribute_not_exists(mutant)';

/** Whether a string is a condition of DynamoDB, and not an update or the condition of a key. */
export function isCondition(text: string): boolean {
  if (/\b(SET|REMOVE|ADD)\b/.test(text)) return false;
  return /attribute_(not_)?exists\(|[\w.#]+ (=|<>|<=?|>=?) :\w|[\w.#]+ IN \(:/.test(text);
}

/** The changes of a condition: always true, clause by clause; the other operator; the other function. */
export function conditionMutants(condition: string): Change[] {
  const changes: Change[] = [{ from: condition, to: `(${condition}) OR ${ALWAYS}` }];
  const change = (from: string, to: string, at: number) =>
    changes.push({ from: condition, to: condition.slice(0, at) + to + condition.slice(at + from.length) });
  const clauses = clausesOf(condition);
  for (const { text, at } of clauses.length > 1 ? clauses : []) change(text, `(${text} OR ${ALWAYS})`, at);
  for (const [pattern, other] of SWAPS)
    for (const { 0: found, index } of condition.matchAll(pattern)) change(found, other, index);
  return changes;
}

const SWAPS: [RegExp, string][] = [
  [/ AND /g, ' OR '],
  [/ OR /g, ' AND '],
  [/attribute_exists/g, 'attribute_not_exists'],
  [/attribute_not_exists/g, 'attribute_exists'],
  [/ = (?=:)/g, ' <> '],
  [/ <> (?=:)/g, ' = '],
  [/ < (?=:)/g, ' >= '],
  [/ <= (?=:)/g, ' > '],
  [/ > (?=:)/g, ' <= '],
  [/ >= (?=:)/g, ' < '],
];

/** The operands of AND and OR; brackets stay with what is in them. */
function clausesOf(condition: string): { text: string; at: number }[] {
  const clauses: { text: string; at: number }[] = [];
  let at = 0;
  for (const part of condition.split(/( AND | OR )/)) {
    const isBalanced = part.split('(').length === part.split(')').length;
    if (isBalanced && !/^ (AND|OR) $/.test(part)) clauses.push({ text: part, at });
    at += part.length;
  }
  return clauses;
}
