import { referenceOf, resolved, SCHEMA_FILE, type Schema } from './schema';

/** The types of a request in TypeScript: one for each definition that is an object or one of several. */
export function requestTypes(schema: Schema): string {
  const { $defs = {}, allOf = [], oneOf = [] } = schema;
  const common = allOf.map(referenceOf);
  const actions = oneOf.map(referenceOf);
  const isNamed = (name: string) => $defs[name]?.type === 'object' || $defs[name]?.oneOf !== undefined;
  const declared = Object.entries($defs).filter(([name]) => isNamed(name));
  const declarations = declared.map(([name, definition]) => {
    const isWhole = actions.includes(name) || common.includes(name);
    const bases = actions.includes(name) ? ` extends ${common.map(typeName).join(', ')}` : '';
    const text = definition.oneOf
      ? `export type ${typeName(name)} =\n${definition.oneOf.map((each) => `  | ${inline(each, schema)}`).join('\n')};`
      : `${isWhole ? 'export ' : ''}interface ${typeName(name)}${bases} {\n${members(definition, schema)}\n}`;
    return definition.description ? `/** ${definition.description} */\n${text}` : text;
  });
  const whole = `export type WorkerRequest = ${actions.map(typeName).join(' | ')};`;
  return [`// Made from ${SCHEMA_FILE} by \`npm run worker-request\`: change that.`, ...declarations, whole, '']
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function members(definition: Schema, schema: Schema): string {
  return Object.entries(definition.properties ?? {})
    .map(([key, each]) => {
      const comment = each.description ? `  /** ${each.description} */\n` : '';
      return `${comment}  ${member(key, each, definition, schema)};`;
    })
    .join('\n');
}

function member(key: string, each: Schema, { required = [] }: Schema, schema: Schema): string {
  return `${key}${required.includes(key) ? '' : '?'}: ${typeOf(each, schema)}`;
}

function inline(definition: Schema, schema: Schema): string {
  const all = Object.entries(definition.properties ?? {}).map(([key, each]) => member(key, each, definition, schema));
  return `{ ${all.join('; ')} }`;
}

function typeOf(each: Schema, schema: Schema): string {
  const { type, enum: values, items, oneOf } = resolved(each, schema);
  if (type === 'object' || oneOf) return typeName(referenceOf(each));
  if (values) return values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ');
  if (type === 'array') return `${typeOf(items ?? {}, schema)}[]`;
  return type === 'integer' ? 'number' : String(type);
}

function typeName(name: string): string {
  return `Worker${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
