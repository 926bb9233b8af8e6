/** Names of resources by id, as their tag `Name` gives them. */
export type ResourceNames = Record<string, string>;

/** Ids are shortened to their last digits, which tell one from the next. */
const ID_DIGITS = 4;

/** `i-…0001 web-1`; of an ARN its last part. */
export function resourceName(idOrArn: string, names: ResourceNames): string {
  const id = idOrArn.split(/[:/]/).at(-1) ?? idOrArn;
  const short = id.replace(/^([a-z]+-)[0-9a-f]{8,}$/, (_id, prefix) => `${prefix}…${id.slice(-ID_DIGITS)}`);
  const name = names[id];
  return name ? `${short} ${name}` : short;
}

/** `i-0a1b2c3d4e5f60001 web-1`: what can be copied; of an ARN all of it. */
export function fullName(idOrArn: string, names: ResourceNames): string {
  return [idOrArn, names[idOrArn.split(/[:/]/).at(-1) ?? '']].filter(Boolean).join(' ');
}
