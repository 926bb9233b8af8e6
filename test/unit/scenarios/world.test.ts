import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseFaults, parseWorld, worldSchema } from '../../../scenarios/world';
import { callFaultSchema, clockFaultSchema, eventFaultSchema } from '../../../simulator/world';

interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
}

/** The type column of docs/simulator.md. */
function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  const values = schema.enum ?? ('const' in schema ? [schema.const] : undefined);
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}s`;
  if (schema.type !== 'object') return String(schema.type);
  const members = schema.additionalProperties;
  return typeof members === 'object' && members.type ? `object of ${typeOf(members)}s` : 'object';
}

/** Every key of a schema as it stands in the tables: key, type, and whether it is required; lists end in `[]`. */
function rowsOf(schema: JsonSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, member]) => {
    const path = `${prefix}${key}`;
    const inner = member.items ?? member;
    const row = `| \`${path}\` | ${typeOf(member)} | ${schema.required?.includes(key) ? 'required' : ''}`;
    return [row, ...rowsOf(inner, `${path}${member.items ? '[]' : ''}.`)];
  });
}

/** The rows of docs/simulator.md that describe keys, in the same form: they alone have four columns and begin with code. */
function documentedRows(): string[] {
  const text = readFileSync(join(__dirname, '../../../docs/simulator.md'), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, key, type, value] = /^(\| `[^`]+`) \| (.+?) \| (.+?) \| .+ \|$/.exec(line) ?? [];
    return key ? [`${key} | ${type} | ${value === 'required' ? 'required' : ''}`] : [];
  });
}

describe('World and fault files', () => {
  it('are documented with every key and type, and with no others', () => {
    // Prepare: what other accounts own has the keys of what this one owns.
    const { otherAccounts, ...own } = worldSchema.shape;
    const faults = [callFaultSchema, clockFaultSchema, eventFaultSchema];
    const schemas = [z.strictObject(own), z.strictObject({ otherAccounts }), ...faults];

    // Act
    const rows = schemas.flatMap((schema) => rowsOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema));

    // Assess
    expect(documentedRows().sort()).toEqual(rows.sort());
  });

  it('are refused with everything that is wrong in them', () => {
    // Prepare
    const world = { startAt: 'yesterday', vault: [], instances: [{ State: 'Running' }] };

    // Act
    const parse = () => parseWorld(world);

    // Assess
    expect(parse).toThrow('Unrecognized key: "vault"');
    expect(parse).toThrow('must be an ISO 8601 time in UTC such as 2026-11-20T22:00:00Z\n  → at startAt');
    expect(parse).toThrow('is missing\n  → at instances[0].InstanceId');
    expect(parse).toThrow(/expected one of "pending".*\n.*→ at instances\[0\]\.State/);
  });

  it('say of each fault what is wrong with it, by its kind', () => {
    // Prepare
    const faults = [
      { call: 'StopInstances', fault: 'throttle' },
      { event: '*', fault: 'throttle' },
      { fault: 'lose', nth: 0 },
    ];

    // Act
    const parse = () => parseFaults(faults);

    // Assess
    expect(parse).toThrow('must be like ec2:StopInstances, or *\n  → at [0].call');
    expect(parse).toThrow(/expected one of "lose".*\n.*→ at \[1\]\.fault/);
    expect(parse).toThrow('is missing\n  → at [2].call');
    expect(parse).toThrow('→ at [2].nth');
  });
});
