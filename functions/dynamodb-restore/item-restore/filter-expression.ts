import jsonata from 'jsonata';
import { RE2JS } from 're2js';

/** Functions whose answer is not the same every time, or that make an expression of data. */
const FORBIDDEN = ['eval', 'now', 'millis', 'random', 'shuffle'];

type Node = { type?: string; value?: unknown; position?: number };

/**
 * Compiles a filter: a JSONata expression without chance, clock and `$eval`, with regular expressions as RE2 has them, so
 * that none of them takes long. Throws an Error that says what is wrong.
 */
export function compileFilter(filter: string): jsonata.Expression {
  // JSONata takes the class for a stand-in of RegExp, and uses `exec` and `lastIndex` only.
  const RegexEngine = Re2Expression as unknown as RegExpConstructor;
  let expression: jsonata.Expression;
  try {
    expression = jsonata(filter, { RegexEngine });
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    throw new Error(`${message ?? error}${position === undefined ? '' : ` (at character ${position})`}`);
  }
  for (const node of nodesOf(expression.ast())) {
    if (node.type === 'variable' && FORBIDDEN.includes(String(node.value)))
      throw new Error(`$${node.value} is not allowed: an item must be selected for what it is`);
    if (node.type === 'regex') new Re2Expression(node.value as RegExp);
  }
  return expression;
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

/** The part of a regular expression that JSONata uses, in time that grows with the text only. */
class Re2Expression {
  lastIndex = 0;
  private readonly compiled: RE2JS;

  constructor({ source, flags }: RegExp) {
    const re2Flags = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
    try {
      this.compiled = RE2JS.compile(source, re2Flags);
    } catch (error) {
      throw new Error(`/${source}/ is no regular expression that RE2 has: ${(error as Error).message}`);
    }
  }

  exec(text: string): (RegExpExecArray & { index: number }) | null {
    const matcher = this.compiled.matcher(text);
    if (!matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    return Object.assign(groups as string[], { index: matcher.start(), input: text }) as RegExpExecArray;
  }
}
