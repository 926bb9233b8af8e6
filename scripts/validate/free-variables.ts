/** A variable that an expression reads from outside of itself; `field` is what directly follows it in a path. */
export interface VariableUse {
  name: string;
  field?: string;
}

/** A node of jsonata's syntax tree, as far as names go; the package's own type leaves half of the fields out. */
interface SyntaxNode {
  type?: string;
  value?: unknown;
  lhs?: unknown;
  rhs?: unknown;
  expressions?: SyntaxNode[];
  arguments?: SyntaxNode[];
  body?: SyntaxNode;
  steps?: SyntaxNode[];
  focus?: string;
  index?: string;
}

/** The variables of a parsed expression that are neither parameters of its functions nor bound with `:=`, `@` or `#`. */
export function freeVariables(ast: object): VariableUse[] {
  return usesIn(ast, new Set());
}

function usesIn(node: SyntaxNode, bound: Set<string>): VariableUse[] {
  switch (node.type) {
    case 'variable':
      return use(node, bound);
    case 'block':
      // A block is a scope: its bindings are gone after it.
      return usesInAll(node.expressions ?? [], new Set(bound));
    case 'bind': {
      // The name first: a function may call itself.
      bound.add(String((node.lhs as SyntaxNode).value));
      return usesIn(node.rhs as SyntaxNode, bound);
    }
    case 'lambda': {
      const parameters = (node.arguments ?? []).map(({ value }) => String(value));
      return usesIn(node.body ?? {}, new Set([...bound, ...parameters]));
    }
    case 'path':
      return usesInPath(node, bound);
    default:
      return usesInAll(Object.values(node), bound);
  }
}

function usesInPath({ steps = [], ...rest }: SyntaxNode, bound: Set<string>): VariableUse[] {
  const names = steps.flatMap(({ focus, index }) => [focus, index]).filter((name) => name !== undefined);
  const inside = new Set([...bound, ...names]);
  const [first, second] = steps;
  const head = first?.type === 'variable' ? use(first, inside, second?.type === 'name' ? second : undefined) : [];
  // The first step was used with its field, but may carry filters too.
  const others = head.length > 0 && first ? [{ ...first, type: 'used' }, ...steps.slice(1)] : steps;
  return [...head, ...usesInAll(others, inside), ...usesInAll(Object.values(rest), inside)];
}

function use({ value }: SyntaxNode, bound: Set<string>, field?: SyntaxNode): VariableUse[] {
  const name = String(value);
  // `$` is the current value and `$$` the outermost one.
  if (name === '' || name === '$' || bound.has(name)) return [];
  return [{ name, ...(field && { field: String(field.value) }) }];
}

function usesInAll(values: unknown[], bound: Set<string>): VariableUse[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return usesInAll(value, bound);
    return typeof value === 'object' && value !== null ? usesIn(value, bound) : [];
  });
}
