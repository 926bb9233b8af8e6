import { parseSync } from '@swc/core';
import { conditionMutants, isCondition } from './condition-mutants';
import { lineAt, type Mutant, mutantId, shortened } from './mutant';

interface Node {
  type?: string;
  span?: { start: number; end: number };
  [member: string]: unknown;
}

/** A piece of the source that is replaced. */
interface Edit {
  node: Node;
  to: string;
}

const OTHER_OPERATOR: Record<string, string> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
};
const OTHER_METHOD = new Map(Object.entries({ some: 'every', every: 'some', min: 'max', max: 'min' }));

/** All mutants of a TypeScript source: its decisions, and the conditions of DynamoDB in its strings. */
export function typescriptMutants(file: string, source: string): Mutant[] {
  // swc counts bytes, from where an earlier source ended; the empty statement shows where this one begins.
  const { body } = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2023' }) as unknown as { body: Node[] };
  const bytes = Buffer.from(source);
  const origin = (body[0]?.span?.start ?? 0) + 1;
  const textOf = ({ span }: Node) => {
    const { start = origin, end = origin } = span ?? {};
    return bytes.subarray(start - origin, end - origin).toString();
  };
  return body.slice(1).flatMap((item) => {
    if (item.type === 'ImportDeclaration') return [];
    const around = textOf(item);
    const itemStart = item.span?.start ?? origin;
    return [...editsIn(item, textOf)].map(({ node, to }): Mutant => {
      const { start = origin, end = origin } = node.span ?? {};
      const before = bytes.subarray(0, start - origin).toString();
      return {
        id: mutantId(file, around, start - itemStart, end - start, to),
        file,
        line: lineAt(before, before.length),
        what: `${shortened(textOf(node))} → ${shortened(to) || 'nothing'}`,
        apply: () => before + to + bytes.subarray(end - origin).toString(),
      };
    });
  });
}

function* editsIn(node: Node, textOf: (node: Node) => string): Generator<Edit> {
  yield* editsOf(node, textOf);
  for (const [member, inner] of Object.entries(node)) {
    if (member === 'span' || member === 'typeAnnotation' || member === 'typeParams') continue;
    for (const one of Array.isArray(inner) ? inner : [inner]) {
      // Elements of lists and arguments are wrapped.
      const child = (isNode(one) && !one.type && isNode(one.expression) ? one.expression : one) as Node;
      if (isNode(child) && !isType(child)) yield* editsIn(child, textOf);
    }
  }
}

/** Types decide nothing at run time; what stands under `as` or `satisfies` does. */
function isType({ type = '' }: Node): boolean {
  return type.startsWith('Ts') && !/Expression$|ConstAssertion$/.test(type);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function* editsOf(node: Node, textOf: (node: Node) => string): Generator<Edit> {
  const text = () => textOf(node);
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression': {
      const test = node.test as Node;
      yield { node: test, to: 'true' };
      yield { node: test, to: 'false' };
      return;
    }
    case 'WhileStatement':
      yield { node: node.test as Node, to: 'false' };
      return;
    case 'BinaryExpression': {
      const [left, right] = [node.left as Node, node.right as Node];
      const other = OTHER_OPERATOR[String(node.operator)];
      // The text of a message is no decision.
      const isText = node.operator === '+' && [left, right].some(({ type }) => /String|Template/.test(type ?? ''));
      if (other && !isText) yield { node, to: `(${bracketed(left, textOf)} ${other} ${bracketed(right, textOf)})` };
      return;
    }
    case 'UnaryExpression':
      if (node.operator === '!') yield { node, to: textOf(node.argument as Node) };
      return;
    case 'BooleanLiteral':
      yield { node, to: String(!node.value) };
      return;
    case 'ThrowStatement':
      yield { node, to: ';' };
      return;
    case 'ExpressionStatement':
      if (/^(Await|Call|Assignment)/.test((node.expression as Node).type ?? '')) yield { node, to: ';' };
      return;
    case 'ArrayExpression': {
      const elements = (node.elements as { spread: unknown; expression: Node }[]) ?? [];
      if (elements.length < 2) return;
      const kept = elements.slice(0, -1).map(({ spread, expression }) => `${spread ? '...' : ''}${textOf(expression)}`);
      yield { node, to: `[${kept.join(', ')}]` };
      return;
    }
    case 'CallExpression': {
      const callee = node.callee as Node;
      const method = isNode(callee.property) ? String(callee.property.value) : '';
      const other = OTHER_METHOD.get(method);
      if (other) yield { node: callee.property as Node, to: other };
      if (method === 'filter') yield { node, to: textOf(callee.object as Node) };
      return;
    }
    case 'StringLiteral':
    case 'TemplateLiteral': {
      const quoted = text();
      const condition = quoted.slice(1, -1);
      if (!isCondition(condition)) return;
      for (const { to } of conditionMutants(condition)) yield { node, to: quoted[0] + to + quoted[0] };
      return;
    }
  }
}

/** `??` may not stand beside `&&` and `||` without brackets. */
function bracketed(node: Node, textOf: (node: Node) => string): string {
  return node.type === 'BinaryExpression' ? `(${textOf(node)})` : textOf(node);
}
