import type { NormalizedSchema } from '@smithy/core/schema';
import type { Protocol } from './model';

/** Which way a value goes: the protocols are not the same both ways. */
type Direction = 'input' | 'output';

/**
 * Copies a value as its way over the wire would: only what the schema names, in the schema's order, and nothing shared
 * with the original. Throws `NEEDS_WIRE` for whatever the wire would change, refuse or write in a way of its own.
 */
export type Copier = (value: unknown) => unknown;

export const NEEDS_WIRE = Symbol('needs the wire');

/** Makes the copier of an operation's input or output; to be kept, since it is made once for each shape. */
export function copierOf(schema: NormalizedSchema, protocol: Protocol, direction: Direction): Copier {
  if (schema.isUnitSchema()) return () => ({});
  if (protocol === 'restXml') return needsWire;
  return new Copiers(protocol, direction).of(schema);
}

function needsWire(): never {
  throw NEEDS_WIRE;
}

class Copiers {
  private readonly made = new Map<unknown, Copier>();
  private readonly isQuery: boolean;

  constructor(
    protocol: Protocol,
    private readonly direction: Direction,
  ) {
    this.isQuery = protocol === 'query' || protocol === 'ec2';
  }

  of(schema: NormalizedSchema): Copier {
    const key = schema.getSchema();
    // The simple types are numbers, and so are lists and maps of them.
    if (typeof key === 'number' || typeof key === 'string') return this.make(schema);
    const known = this.made.get(key);
    if (known) return known;
    // A shape may contain itself: asked for while it is made, it is this one.
    let copier: Copier = needsWire;
    this.made.set(key, (value) => copier(value));
    copier = this.make(schema);
    this.made.set(key, copier);
    return copier;
  }

  private make(schema: NormalizedSchema): Copier {
    const { mediaType, sparse, streaming, eventPayload } = schema.getMergedTraits();
    if (mediaType || sparse || streaming || eventPayload) return needsWire;
    if (schema.isStructSchema()) return this.struct(schema);
    if (schema.isListSchema()) return this.list(schema);
    if (schema.isMapSchema()) return this.map(schema);
    if (schema.isStringSchema()) return this.isQuery && this.direction === 'output' ? xmlText : text;
    if (schema.isBooleanSchema()) return boolean;
    if (schema.isBigIntegerSchema() || schema.isBigDecimalSchema() || schema.isDocumentSchema()) return needsWire;
    if (schema.isNumericSchema()) return number;
    if (schema.isTimestampSchema()) return this.timestamp(schema);
    return schema.isBlobSchema() ? blob : needsWire;
  }

  private struct(schema: NormalizedSchema): Copier {
    const members = [...schema.structIterator()].map(([name, member]) => {
      const traits = member.getMergedTraits();
      const { httpPayload, httpPrefixHeaders, httpQueryParams, hostLabel, httpResponseCode, xmlAttribute } = traits;
      const isOdd =
        httpPayload || httpPrefixHeaders || httpQueryParams || hostLabel || httpResponseCode || xmlAttribute;
      const inAddress = traits.httpLabel || traits.httpQuery || traits.httpHeader;
      const copy = isOdd ? needsWire : inAddress ? inAddressOf(this.of(member)) : this.of(member);
      // A token that the caller leaves out is the SDK's to make; a label that is missing is its error to give.
      const isNeeded = this.direction === 'input' && (member.isIdempotencyToken() || Boolean(traits.httpLabel));
      return { name, copy, isNeeded };
    });
    const isUnion = schema.isUnionSchema();
    const isNeverEmpty = this.isQuery && this.direction === 'input';
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw NEEDS_WIRE;
      const source = value as Record<string, unknown>;
      if (source.__type !== undefined) throw NEEDS_WIRE;
      const copied: Record<string, unknown> = {};
      let count = 0;
      for (const { name, copy, isNeeded } of members) {
        const inner = source[name];
        if (inner === undefined) {
          if (isNeeded) throw NEEDS_WIRE;
          continue;
        }
        copied[name] = copy(inner);
        count += 1;
      }
      if (isUnion && count !== 1) throw NEEDS_WIRE;
      // The query protocols write nothing for an empty structure inside another; the input itself is never absent.
      if (count === 0 && isNeverEmpty && schema.isMemberSchema()) throw NEEDS_WIRE;
      return copied;
    };
  }

  private list(schema: NormalizedSchema): Copier {
    const copy = this.of(schema.getValueSchema());
    // Flat lists have no element of their own, so that an empty one is not there at all.
    const isNeverEmpty = this.isQuery && (this.direction === 'input' || Boolean(schema.getMergedTraits().xmlFlattened));
    return (value) => {
      if (!Array.isArray(value) || (isNeverEmpty && value.length === 0)) throw NEEDS_WIRE;
      return value.map((inner) => copy(inner));
    };
  }

  private map(schema: NormalizedSchema): Copier {
    const copy = this.of(schema.getValueSchema());
    const { isQuery } = this;
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw NEEDS_WIRE;
      const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
      if (isQuery && entries.length === 0) throw NEEDS_WIRE;
      return Object.fromEntries(entries.map(([key, inner]) => [key, copy(inner)]));
    };
  }

  private timestamp(schema: NormalizedSchema): Copier {
    // Only the protocol's own format is known to keep milliseconds.
    if (schema.getMergedTraits().timestampFormat || schema.getSchema() !== 4) return needsWire;
    return (value) => {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw NEEDS_WIRE;
      return new Date(value.getTime());
    };
  }
}

/** Labels, queries and headers are texts; an empty one has another meaning, or none. */
function inAddressOf(copy: Copier): Copier {
  return (value) => {
    if (value === '' || value instanceof Date || (Array.isArray(value) && !value.every(isPlainText))) throw NEEDS_WIRE;
    if (Array.isArray(value) && value.length === 0) throw NEEDS_WIRE;
    return copy(value);
  };
}

const isPlainText = (value: unknown) => typeof value === 'string' && value !== '';

function text(value: unknown): string {
  if (typeof value !== 'string') throw NEEDS_WIRE;
  return value;
}

/** XML's readers take space around a text, and line ends inside it, for no part of it. */
function xmlText(value: unknown): string {
  if (typeof value !== 'string' || /^\s|\s$|\p{Cc}/u.test(value)) throw NEEDS_WIRE;
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw NEEDS_WIRE;
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw NEEDS_WIRE;
  return value;
}

function blob(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw NEEDS_WIRE;
  return new Uint8Array(value);
}
