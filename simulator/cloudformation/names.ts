import { Random } from '../random';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A number from a text (FNV-1a), to seed with. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  // By index: an iterator over the text takes ten times as long, and a deployment makes hundreds of names.
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** Chance that belongs to one resource alone: a resource more in the template changes no other one's name. */
export function randomOf(seed: number, ...path: string[]): Random {
  return new Random(hash([seed, ...path].join('/')));
}

/** A physical name as CloudFormation makes them: `<stack>-<logical id>-<suffix>`, within the service's limit. */
export function physicalName(random: Random, stackName: string, logicalId: string, limit: number): string {
  let suffix = '';
  while (suffix.length < 12) suffix += ALPHABET[Math.floor(random.next() * ALPHABET.length)];
  const room = limit - suffix.length - 2;
  const stack = stackName.slice(0, Math.max(room - logicalId.length, Math.floor(room / 2)));
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
}
