import { SimulatorError } from '../errors';
import type { Region } from '../places';
import type { Access } from '../service';
import { stateOf } from './kms';

/**
 * What KMS is asked when a customer managed key is used: `operations` on `key`, with the condition keys that are not
 * global. Keys of AWS need nothing: their own policies admit every principal that may use the service.
 */
export function keyUse(
  region: Region,
  key: string | undefined,
  operations: string[],
  context: Record<string, string>,
): Access[] {
  if (!key || key.includes('alias/aws/')) return [];
  const resource = key.startsWith('arn:') ? key : region.arn('kms', `key/${key}`);
  const state = stateOf(region.kms.key(key) ?? {});
  // EC2 and Auto Scaling look at the state themselves.
  if (state !== 'Enabled')
    throw new SimulatorError(`${resource} is ${state}: what becomes of a request that uses it is not simulated.`);
  const known = { 'kms:CallerAccount': region.account.id, ...context };
  return operations.map((operation) => ({ action: `kms:${operation}`, resource, context: known }));
}

/** The condition key of a request that a service makes for its caller, and not for a role of its own. */
export function viaService(region: Region, service: string): Record<string, string> {
  const { id, urlSuffix } = region.account.partition;
  const isLong = id === 'aws-cn' && region.account.doubts.behaviour('kms.viaServiceInChina') === 'ofChina';
  return { 'kms:ViaService': `${service}.${region.name}.${isLong ? urlSuffix : 'amazonaws.com'}` };
}
