/** Width within which an object or a list stays on one line, in columns. */
const LINE_WIDTH = 120;

/** Fields that stand on one line however long they are: most tasks have the same ones, and they hide the path. */
const ONE_LINE_FIELDS = ['Retry', 'Catch'];

/**
 * A state machine as it stands in `statemachines/`: what fits stands on one line, also a state, but never two of them,
 * and each Retry and Catch is one line. Printing changes no value, and printing twice changes nothing.
 * @param definition a parsed state machine; the order of its keys is kept
 */
export function printStateMachine(definition: unknown): string {
  return `${print(definition, '', '')}\n`;
}

function print(value: unknown, field: string, indent: string): string {
  const line = printOnOneLine(value);
  if (!isNested(value) || ONE_LINE_FIELDS.includes(field)) return line;
  const name = field === '' ? '' : `"${field}": `;
  if (!holdsStates(value) && indent.length + name.length + line.length < LINE_WIDTH) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => inner + print(item, '', inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, key, inner)}`);
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function printOnOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printOnOneLine).join(', ')}]`;
  if (!isNested(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printOnOneLine(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** What states stand in: never joined on a line, so that each state begins one. */
function holdsStates(value: object): boolean {
  return Object.values(value).some((item) => isNested(item) && ('Type' in item || holdsStates(item)));
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
