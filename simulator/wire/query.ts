import type { NormalizedSchema } from '@smithy/core/schema';
import { SimulatorError } from '../errors';

interface Node {
  value?: string;
  children: Map<string, Node>;
}

/**
 * Reads the form-encoded parameters of the query protocols back into the operation's input, by its schema:
 * `InstanceId.1=i-1` (EC2, where lists are flat) and `Attributes.entry.1.key=x` (query).
 */
export function readQuery(schema: NormalizedSchema, body: string, protocol: 'query' | 'ec2'): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [key, value] of new URLSearchParams(body)) {
    if (key === 'Action' || key === 'Version') continue;
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return readStruct(schema, root, protocol === 'ec2');
}

function read(schema: NormalizedSchema, node: Node, ec2: boolean): unknown {
  const traits = schema.getMergedTraits();
  if (schema.isStructSchema()) return readStruct(schema, node, ec2);
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const flat = ec2 || traits.xmlFlattened;
    const items = flat ? node : node.children.get(String(member.getMergedTraits().xmlName ?? 'member'));
    return numbered(items).map((item) => read(member, item, ec2));
  }
  if (schema.isMapSchema()) {
    const entries = traits.xmlFlattened ? node : node.children.get('entry');
    const keyName = String(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
    const valueName = String(schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
    return Object.fromEntries(
      numbered(entries).map((entry) => {
        const value = entry.children.get(valueName);
        return [entry.children.get(keyName)?.value ?? '', value && read(schema.getValueSchema(), value, ec2)];
      }),
    );
  }
  return readSimple(schema, node.value ?? '');
}

function readStruct(schema: NormalizedSchema, node: Node, ec2: boolean): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(queryName(name, member, ec2));
    if (child) input[name] = read(member, child, ec2);
  }
  return input;
}

function queryName(name: string, member: NormalizedSchema, ec2: boolean): string {
  const traits = member.getMergedTraits();
  if (ec2 && traits.ec2QueryName) return String(traits.ec2QueryName);
  const key = String(traits.xmlName ?? name);
  return ec2 ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

function numbered(node: Node | undefined): Node[] {
  if (!node) return [];
  return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** Reads a value that travels as text (query parameters, path labels, headers) into the type of its schema. */
export function readSimple(schema: NormalizedSchema, text: string): unknown {
  if (schema.isStringSchema()) return text;
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isTimestampSchema()) return new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  throw new SimulatorError(`Cannot read a value of ${schema.getName(true)} from text.`);
}
